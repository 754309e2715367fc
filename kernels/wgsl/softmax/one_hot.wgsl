// one-hot    out[r, c] = 1 where c = ids[r], else 0
// One invocation per element.

override WORKGROUP: u32 = 64;

struct Params {
  cols: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  out[i] = f32(i32(i % params.cols) == ids[i / params.cols]);
}
