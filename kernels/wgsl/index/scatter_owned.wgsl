// scatter owned    what scatter.wgsl computes, to the bit, for hundreds or thousands of indices that all lines share
// Workgroups divide the elements of a line: one owns those whose number leaves `owner` when divided by `owners`, on WORKGROUP
// lines. Its invocations look through the indices together, 32 each, and mark as bits of a word those that are its own. Then
// each walks the marks of all in order and alone writes to its line: the additions of an element keep the order of the indices.
// The element written last is held in a register until another one's turn comes. An index outside 0 … length − 1 is skipped.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override ADD: bool = false;

alias Element = f32;

const NOTHING: u32 = 0xffffffff;

struct Params {
  // For each axis but the one index counts along: its length, then the strides of index (all 0), source and out.
  axes: array<vec4<u32>, 8>,
  indexOffset: u32,
  sourceOffset: u32,
  indexStep: u32,
  sourceStep: u32,
  outStep: u32,
  // Indices on a line, elements of out on a line, lines.
  count: u32,
  length: u32,
  size: u32,
  owners: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<i32>;
@group(0) @binding(2) var<storage, read> source: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

var<workgroup> marks: array<u32, WORKGROUP>;

// A negative index is a large one as u32.
fn chosenBy(n: u32) -> u32 { return u32(index[params.indexOffset + n * params.indexStep]); }

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroup.y * workgroups.x + workgroup.x;
  let owner = group % params.owners;
  let line = group / params.owners * WORKGROUP + local;
  let isLine = line < params.size;
  var rest = line;
  var at = vec2<u32>(params.sourceOffset, 0);
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.zw;
    rest /= step.x;
  }
  at += rest * params.axes[0].zw;

  var held = NOTHING;
  var value = Element(0);
  for (var tile = 0u; tile < params.count; tile += 32 * WORKGROUP) {
    let first = tile + 32 * local;
    var own = 0u;
    for (var n = first; n < min(first + 32, params.count); n++) {
      let chosen = chosenBy(n);
      if (chosen < params.length && chosen % params.owners == owner) { own |= 1u << (n - first); }
    }
    workgroupBarrier();
    marks[local] = own;
    workgroupBarrier();
    // Lines beyond the last have none to walk; all invocations meet at the barriers.
    let words = select(0, WORKGROUP, isLine);
    for (var word = 0u; word < words; word++) {
      for (var bits = marks[word]; bits != 0; bits &= bits - 1) {
        let n = tile + 32 * word + firstTrailingBit(bits);
        let place = at.y + chosenBy(n) * params.outStep;
        if (place != held) {
          if (held != NOTHING) { out[held] = value; }
          held = place;
          if (ADD) { value = out[place]; }
        }
        let v = source[at.x + n * params.sourceStep];
        if (ADD) { value += v; } else { value = v; }
      }
    }
  }
  if (held != NOTHING) { out[held] = value; }
}
