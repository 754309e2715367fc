// Gradient of the GRU cell, from dh':
//   dz = dh' ⊙ (h − n) ⊙ z(1 − z)     da = dh' ⊙ (1 − z) ⊙ (1 − n²),  a = xₙ + r ⊙ hₙ     dr = da ⊙ hₙ ⊙ r(1 − r)
//   dxᵣ = dhᵣ = dr     dx_z = dh_z = dz     dxₙ = da     dhₙ = da ⊙ r     dh = dh' ⊙ z
// The gates are computed anew from their arguments: nothing but the cell's own inputs is kept for this.
// One invocation per (row, unit); the gates and their gradients are (B, 3H) in the order r, z, n, the rest (B, H).

override WORKGROUP: u32 = 64;

struct Params {
  hidden: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gatesX: array<f32>;
@group(0) @binding(2) var<storage, read> gatesH: array<f32>;
@group(0) @binding(3) var<storage, read> h: array<f32>;
@group(0) @binding(4) var<storage, read> dNextH: array<f32>;
@group(0) @binding(5) var<storage, read_write> dGatesX: array<f32>;
@group(0) @binding(6) var<storage, read_write> dGatesH: array<f32>;
@group(0) @binding(7) var<storage, read_write> dH: array<f32>;

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
  let hn = gatesH[base + 2 * H];
  let n = tanhSafe(gatesX[base + 2 * H] + r * hn);

  let dh = dNextH[index];
  let dz = dh * (h[index] - n) * z * (1.0 - z);
  let da = dh * (1.0 - z) * (1.0 - n * n);
  let dr = da * hn * r * (1.0 - r);
  dGatesX[base] = dr;
  dGatesX[base + H] = dz;
  dGatesX[base + 2 * H] = da;
  dGatesH[base] = dr;
  dGatesH[base + H] = dz;
  dGatesH[base + 2 * H] = da * r;
  dH[index] = dh * z;
}
