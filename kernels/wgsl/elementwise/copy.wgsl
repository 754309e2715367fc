// copy    out[outOffset + i · outStrides] = x[offset + i · strides]   for every index i of shape
// One invocation per element; both sides may be strided. Packs a view, or writes one part of cat().

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;

alias Element = f32;

struct Params {
  // For each axis its length, then the strides of x and out.
  axes: array<vec4<u32>, 8>,
  offset: u32,
  outOffset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  var rest = i;
  var at = vec2<u32>(params.offset, params.outOffset);
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.yz;
    rest /= step.x;
  }
  at += rest * params.axes[0].yz;
  out[at.y] = x[at.x];
}
