// scatter    SET: out[j with index[j] on one axis] = source[j]
//            ADD: out[j with index[j] on one axis] += source[j]       out arrives holding what it shall start from
// A line runs along the axis that index counts along. One invocation per line walks its indices in order and alone writes to
// the line: no float atomics, the last of several writes stays, and the additions have the order of the indices.
// index and source may be any strided views: one index for whole rows has stride 0. An index outside 0 … length − 1 is skipped.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override ADD: bool = false;

alias Element = f32;

struct Params {
  // For each axis but the one index counts along: its length, then the strides of index, source and out.
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
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<i32>;
@group(0) @binding(2) var<storage, read> source: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  var rest = i;
  var at = vec3<u32>(params.indexOffset, params.sourceOffset, 0);
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.yzw;
    rest /= step.x;
  }
  at += rest * params.axes[0].yzw;
  for (var n = 0u; n < params.count; n++) {
    // A negative index is a large one as u32.
    let chosen = u32(index[at.x]);
    if (chosen < params.length) {
      let place = at.z + chosen * params.outStep;
      if (ADD) { out[place] += source[at.y]; } else { out[place] = source[at.y]; }
    }
    at += vec3<u32>(params.indexStep, params.sourceStep, 0);
  }
}
