// GRU cell, reset-after    r = σ(xᵣ + hᵣ)   z = σ(x_z + h_z)   n = tanh(xₙ + r ⊙ hₙ)   h' = (1 − z) ⊙ n + z ⊙ h
// gatesX = W_ih x + b_ih and gatesH = W_hh h + b_hh are (B, 3H) in PyTorch's order r, z, n; h and nextH are (B, H).
// One invocation per (row, unit). exp() only ever sees negative arguments, so nothing overflows.

override WORKGROUP: u32 = 64;

struct Params {
  hidden: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gatesX: array<f32>;
@group(0) @binding(2) var<storage, read> gatesH: array<f32>;
@group(0) @binding(3) var<storage, read> h: array<f32>;
@group(0) @binding(4) var<storage, read_write> nextH: array<f32>;

fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

fn tanhSafe(v: f32) -> f32 {
  let e = exp(-2.0 * abs(v));
  // Near 0, where 1 − e would lose digits, Taylor's series: v − v³/3 + 2v⁵/15 − 17v⁷/315 + 62v⁹/2835.
  let q = v * v;
  let series = v + v * q * (-1.0 / 3.0 + q * (2.0 / 15.0 + q * (-17.0 / 315.0 + q * (62.0 / 2835.0))));
  return select(sign(v) * (1.0 - e) / (1.0 + e), series, abs(v) < 0.25);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (index >= params.size) { return; }
  let H = params.hidden;
  let base = (index / H) * 3 * H + index % H;
  let r = sigmoid(gatesX[base] + gatesH[base]);
  let z = sigmoid(gatesX[base + H] + gatesH[base + H]);
  let n = tanhSafe(gatesX[base + 2 * H] + r * gatesH[base + 2 * H]);
  nextH[index] = (1.0 - z) * n + z * h[index];
}
