// pool take    out[n, p] = x[n, index[n, p]], −∞ where the index is −1
// One invocation per window p; index holds places in the image.

override WORKGROUP: u32 = 64;

alias Element = f32;

struct Params {
  size: u32,
  // Elements of an image, and windows on it.
  area: u32,
  windows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> index: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let place = index[i];
  if (place < 0) {
    // Not a constant: WGSL forbids those that are not finite.
    out[i] = Element(-bitcast<f32>(0x7f800000u | (params.size & 0u)));
  } else {
    out[i] = x[(i / params.windows) * params.area + u32(place)];
  }
}
