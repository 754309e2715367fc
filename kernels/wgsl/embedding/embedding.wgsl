// embedding    out[n, c] = weight[ids[n], c]
// One invocation per element. An id outside 0 … rows − 1 gives NaN, which no loss can hide.

override WORKGROUP: u32 = 64;

struct Params {
  rows: u32,
  cols: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let id = ids[i / params.cols];
  let valid = id >= 0 && id < i32(params.rows);
  // The quiet NaN's bits come from a value the compiler cannot fold: WGSL forbids constant NaN.
  let nan = bitcast<f32>(0x7fc00000u + (params.rows & 0u));
  out[i] = select(nan, weight[select(0u, u32(id), valid) * params.cols + i % params.cols], valid);
}
