// LSTM cell    i, f, o = σ(gates), g = tanh(gates);   c' = f ⊙ c + i ⊙ g;   h' = o ⊙ tanh(c')
// gates is (B, 4H) in PyTorch's order i, f, g, o; c, nextH and nextC are (B, H).
// One invocation per (row, unit). exp() only ever sees negative arguments, so nothing overflows.

override WORKGROUP: u32 = 64;

struct Params {
  hidden: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gates: array<f32>;
@group(0) @binding(2) var<storage, read> c: array<f32>;
@group(0) @binding(3) var<storage, read_write> nextH: array<f32>;
@group(0) @binding(4) var<storage, read_write> nextC: array<f32>;

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
  let base = (index / H) * 4 * H + index % H;
  let i = sigmoid(gates[base]);
  let f = sigmoid(gates[base + H]);
  let g = tanhSafe(gates[base + 2 * H]);
  let o = sigmoid(gates[base + 3 * H]);
  let cell = f * c[index] + i * g;
  nextC[index] = cell;
  nextH[index] = o * tanhSafe(cell);
}
