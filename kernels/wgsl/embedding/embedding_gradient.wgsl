// embedding gradient    out[v, c] = Σ over n with ids[n] = v of dy[n, c]
// One invocation per column walks the positions in order and alone writes its column of out:
// no float atomics, and the same sum at every run. out arrives filled with zeros.

override WORKGROUP: u32 = 64;

struct Params {
  rows: u32,
  cols: u32,
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let c = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (c >= params.cols) { return; }
  for (var n = 0u; n < params.count; n++) {
    let id = ids[n];
    if (id >= 0 && id < i32(params.rows)) {
      out[u32(id) * params.cols + c] += dy[n * params.cols + c];
    }
  }
}
