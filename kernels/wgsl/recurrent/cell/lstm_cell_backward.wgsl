// Gradient of the LSTM cell, from dh' and dc', the gradients of its results:
//   dc″ = dc' + dh' ⊙ o ⊙ (1 − tanh²c')        dc = dc″ ⊙ f
//   di = dc″ ⊙ g ⊙ i(1 − i)    df = dc″ ⊙ c ⊙ f(1 − f)    dg = dc″ ⊙ i ⊙ (1 − g²)    do = dh' ⊙ tanh c' ⊙ o(1 − o)
// The gates are computed anew from their arguments: nothing but the cell's own inputs is kept for this.
// One invocation per (row, unit); gates and dGates are (B, 4H) in the order i, f, g, o, the rest (B, H).

override WORKGROUP: u32 = 64;

struct Params {
  hidden: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gates: array<f32>;
@group(0) @binding(2) var<storage, read> c: array<f32>;
@group(0) @binding(3) var<storage, read> dNextH: array<f32>;
@group(0) @binding(4) var<storage, read> dNextC: array<f32>;
@group(0) @binding(5) var<storage, read_write> dGates: array<f32>;
@group(0) @binding(6) var<storage, read_write> dC: array<f32>;

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
  let cell = c[index];
  let t = tanhSafe(f * cell + i * g);

  let dh = dNextH[index];
  let dc = dNextC[index] + dh * o * (1.0 - t * t);
  dGates[base] = dc * g * i * (1.0 - i);
  dGates[base + H] = dc * cell * f * (1.0 - f);
  dGates[base + 2 * H] = dc * i * (1.0 - g * g);
  dGates[base + 3 * H] = dh * t * o * (1.0 - o);
  dC[index] = dc * f;
}
