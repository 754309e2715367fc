// Average of weights over training, in place and on all parameters of an arena at once:
//   average ← average + share · (parameter − average)
// share = 1 − decay makes it an exponential moving average, share = 1 / n the mean of n values.
// One invocation for four elements. Adding a part of the difference loses less than a sum of two products.

override WORKGROUP: u32 = 64;

struct Params {
  share: f32,
  quads: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parameter: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> average: array<vec4<f32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.quads) { return; }
  let before = average[i];
  average[i] = before + params.share * (parameter[i] - before);
}
