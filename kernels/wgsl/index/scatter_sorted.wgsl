// scatter sorted    what scatter.wgsl computes, for very many indices: `order` holds the numbers of the indices of a row sorted
//                   by index, equal ones in their order, and `sorted` the indices themselves, so each element of out has a run
// SET: the last of a run is written. ADD: a run is cut in chunks of CHUNK, counted from where it begins. The first chunk is
// added to the element of out, one number after the other; a run of one chunk has the very sum of scatter.wgsl. Every other
// chunk becomes one number of `sums`: these, in order, are a run of the next level, which the next dispatch treats the same
// way. So no invocation adds more than CHUNK numbers, and the order of additions depends on the indices alone.
// One invocation per item and line, idle but where a chunk begins. Items of level 0 are the indices; item q of a level is the
// chunk that begins in the q-th CHUNK items of the level below. No two chunks but first ones begin there, since both they and
// what is before them are of one run: that of the index at place q · span, span = CHUNK ^ level.
// An index outside 0 … length − 1 is skipped.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override ADD: bool = false;
// Whether this is level 0.
override FIRST: bool = true;

alias Element = f32;

const CHUNK: u32 = 256;

struct Params {
  // For each axis but the one index counts along: its length, then the strides of sorted and order, source and out.
  axes: array<vec4<u32>, 8>,
  sourceOffset: u32,
  sourceStep: u32,
  outStep: u32,
  // Indices of a row, elements of out on a line, lines, invocations.
  count: u32,
  length: u32,
  lines: u32,
  size: u32,
  span: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sorted: array<i32>;
@group(0) @binding(2) var<storage, read> order: array<i32>;
@group(0) @binding(3) var<storage, read> source: array<Element>; // the elements, or the sums of the level below
@group(0) @binding(4) var<storage, read_write> sums: array<Element>; // for the next level: (items, lines)
@group(0) @binding(5) var<storage, read_write> out: array<Element>;

// How many indices of a row come before the first one that is ≥ id, or by `after` > id.
fn bound(row: u32, id: i32, after: bool, begin: u32, end: u32) -> u32 {
  var low = begin;
  var high = end;
  while (low < high) {
    let middle = (low + high) / 2;
    let found = sorted[row + middle];
    if (found < id || (after && found == id)) { low = middle + 1; } else { high = middle; }
  }
  return low;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let line = i % params.lines;
  let q = i / params.lines;
  var rest = line;
  var at = vec3<u32>(0, params.sourceOffset, 0);
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.yzw;
    rest /= step.x;
  }
  at += rest * params.axes[0].yzw;
  let row = at.x;

  let p = q * params.span;
  let id = sorted[row + p];
  // A negative index is a large one as u32.
  if (u32(id) >= params.length) { return; }
  let place = at.z + u32(id) * params.outStep;
  if (!ADD) {
    let isLast = p + 1 == params.count || sorted[row + p + 1] != id;
    if (isLast) { out[place] = source[at.y + u32(order[row + p]) * params.sourceStep]; }
    return;
  }

  // Items first … last − 1 of this level are those of the run.
  var first = p;
  var last = p + CHUNK;
  let begins = p == 0 || sorted[row + p - 1] != id;
  if (FIRST && !begins) {
    // Most runs are short: their first chunk is not looked for.
    if (p < CHUNK || sorted[row + p - CHUNK] != id) { return; }
  }
  if (!begins) { first = bound(row, id, false, 0, p); }
  if (!FIRST) {
    last = bound(row, id, true, p, params.count);
    for (var span = params.span; span > 1; span /= CHUNK) {
      let chunks = (last - first + CHUNK - 1) / CHUNK;
      first = first / CHUNK + 1;
      last = first + chunks - 1;
    }
    if (q < first || q >= last) { return; }
  }
  if ((q - first) % CHUNK != 0) { return; }
  let end = min(min(q + CHUNK, last), params.count);
  var total = Element(0);
  if (q == first) { total = out[place]; }
  for (var item = q; item < end; item++) {
    var n = item;
    if (FIRST) {
      if (sorted[row + item] != id) { break; }
      n = u32(order[row + item]);
    }
    total += source[at.y + n * params.sourceStep];
  }
  if (q == first) { out[place] = total; } else { sums[q / CHUNK * params.lines + line] = total; }
}
