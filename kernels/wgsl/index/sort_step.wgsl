// sort step    one step of stage `stage` of a bitonic network: pairs (key, place) `step` apart, further than sort_tile.wgsl
//              holds in shared memory, are compared and exchanged in place
// One invocation per comparison. Within a row of `padded` pairs blocks of `stage` end up rising and falling by turns.

override WORKGROUP: u32 = 256;

struct Params {
  padded: u32,
  stage: u32,
  step: u32,
  // Comparisons: half of the pairs.
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> pairs: array<vec2<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let p = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (p >= params.size) { return; }
  let i = 2 * p - (p & (params.step - 1));
  let a = pairs[i];
  let b = pairs[i + params.step];
  let greater = a.x > b.x || (a.x == b.x && a.y > b.y);
  let rising = (i & (params.padded - 1) & params.stage) == 0;
  if (greater == rising) {
    pairs[i] = b;
    pairs[i + params.step] = a;
  }
}
