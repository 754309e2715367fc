// softmax        out[r, c] = exp(x[r, c] − m) / Σ exp(x[r, ·] − m),   m = max of row r
// log-softmax    out[r, c] = x[r, c] − m − log Σ exp(x[r, ·] − m)
// One workgroup per row; its invocations stride over the columns and fold their parts in a tree.
// Subtracting m first keeps exp() from overflowing.

override WORKGROUP: u32 = 64;
override LOG: bool = false;

struct Params {
  rows: u32,
  cols: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> parts: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * workgroups.x + workgroup.x;
  if (row >= params.rows) { return; }
  let base = row * params.cols;

  var m = x[base];
  for (var c = local; c < params.cols; c += WORKGROUP) { m = max(m, x[base + c]); }
  parts[local] = m;
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (local < half) { parts[local] = max(parts[local], parts[local + half]); }
  }
  workgroupBarrier();
  m = parts[0];
  workgroupBarrier();

  var total = 0.0;
  for (var c = local; c < params.cols; c += WORKGROUP) { total += exp(x[base + c] - m); }
  parts[local] = total;
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (local < half) { parts[local] += parts[local + half]; }
  }
  workgroupBarrier();
  total = parts[0];

  let logTotal = log(total);
  for (var c = local; c < params.cols; c += WORKGROUP) {
    let shifted = x[base + c] - m;
    out[base + c] = select(exp(shifted) / total, shifted - logTotal, LOG);
  }
}
