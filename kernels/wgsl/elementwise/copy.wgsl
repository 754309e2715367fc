// copy    out[outOffset + i · outStrides] = x[offset + i · strides]   for every index i of shape
// One invocation per element; both sides may be strided. Packs a view, or writes one part of cat() and pad().

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;

alias Element = f32;

struct Params {
  shape: array<vec4<u32>, 2>,
  strides: array<vec4<u32>, 2>,
  outStrides: array<vec4<u32>, 2>,
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
  var at = params.offset;
  var outAt = params.outOffset;
  for (var axis = RANK - 1; axis > 0; axis--) {
    let length = params.shape[axis / 4][axis % 4];
    let index = rest % length;
    at += index * params.strides[axis / 4][axis % 4];
    outAt += index * params.outStrides[axis / 4][axis % 4];
    rest /= length;
  }
  out[outAt + rest * params.outStrides[0][0]] = x[at + rest * params.strides[0][0]];
}
