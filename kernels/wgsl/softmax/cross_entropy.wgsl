// cross entropy    out[r] = log Σ exp(x[r, ·] − m) + m − x[r, target[r]],   m = max of row r
// Log-softmax and the choice of the target in one: the (rows, cols) log-probabilities are never stored.
// One workgroup per row; its invocations stride over the columns and fold their parts in a tree.
// A target outside 0 … cols − 1 gives NaN, which no loss can hide.

override WORKGROUP: u32 = 64;

struct Params {
  rows: u32,
  cols: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

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

  if (local == 0) {
    let target_ = targets[row];
    let valid = target_ >= 0 && target_ < i32(params.cols);
    // The quiet NaN's bits come from a value the compiler cannot fold: WGSL forbids constant NaN.
    let nan = bitcast<f32>(0x7fc00000u + (params.rows & 0u));
    let chosen = x[base + select(0u, u32(target_), valid)];
    out[row] = select(nan, log(parts[0]) + (m - chosen), valid);
  }
}
