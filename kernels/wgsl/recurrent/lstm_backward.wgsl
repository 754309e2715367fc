// Gradient of the LSTM over a sequence: from the last step to the first, with the activated gates that lstm.wgsl left
//   dh = dOutₜ + W_hhᵀ dâₜ₊₁        dc = dcₜ₊₁ ⊙ fₜ₊₁ + dh ⊙ o ⊙ (1 − tanh² cₜ)
//   dâ = [dc ⊙ g ⊙ i(1 − i),  dc ⊙ cₜ₋₁ ⊙ f(1 − f),  dc ⊙ i ⊙ (1 − g²),  dh ⊙ tanh cₜ ⊙ o(1 − o)]
// dâ is the gradient of x̂ and of W_hh h + b_hh alike; the gradients of weights and of x are products of it, made once
// for all times.
// The work is split as in lstm.wgsl, in a form of steps and one of the whole sequence. A pass n, from last − 1 down to first,
// takes W_hhᵀ dâ of step n and computes step n − 1; pass 0 leaves dh before the first step.
//   dGates   (T, B, 4H)  dâ, 0 behind a row's end
//   dState   (2, B, H)   gradients of the final h and c, where hasDState is 1
//   carry    (2, B, H)   dh before the first step; dc on its way from step to step, in the end of c before the first step

override WORKGROUP: u32 = 64;
override BARRIER: bool = false;
const ROWS: u32 = 8;

struct Params {
  T: u32,
  B: u32,
  H: u32,
  first: u32,
  last: u32,
  // Switches, 0 or 1.
  hasLengths: u32,
  reverse: u32,
  hasDOut: u32,
  hasDState: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gates: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> lengths: array<i32>;
@group(0) @binding(4) var<storage, read> work: array<f32>;
@group(0) @binding(5) var<storage, read> dOut: array<f32>;
@group(0) @binding(6) var<storage, read> dState: array<f32>;
@group(0) @binding(7) var<storage, read_write> dGates: array<f32>;
@group(0) @binding(8) var<storage, read_write> carry: array<f32>;

fn tanhSafe(v: f32) -> f32 {
  let e = exp(-2.0 * abs(v));
  // Near 0, where 1 − e would lose digits, Taylor's series: v − v³/3 + 2v⁵/15 − 17v⁷/315 + 62v⁹/2835.
  let q = v * v;
  let series = v + v * q * (-1.0 / 3.0 + q * (2.0 / 15.0 + q * (-17.0 / 315.0 + q * (62.0 / 2835.0))));
  return select(sign(v) * (1.0 - e) / (1.0 + e), series, abs(v) < 0.25);
}

fn lengthOf(row: u32) -> u32 {
  if (params.hasLengths == 1) { return u32(clamp(lengths[row], 1, i32(params.T))); }
  return params.T;
}

// The place of a row at its step s in (T, B). Behind the row's end the times are those left over, in their order.
fn placeOf(row: u32, s: u32) -> u32 {
  let length = lengthOf(row);
  let t = select(s, length - 1 - s, params.reverse == 1 && s < length);
  return t * params.B + row;
}

// Step n − 1 of one unit of one row: product is W_hhᵀ dâ of step n, which is 0 behind the row's end.
fn advance(row: u32, unit: u32, n: u32, product: f32) {
  let H = params.H;
  let c0 = (params.B + row) * H + unit;
  if (n == 0) {
    carry[row * H + unit] = product;
    return;
  }
  let s = n - 1;
  let place = placeOf(row, s);
  let gate = place * 4 * H + unit;
  if (s >= lengthOf(row)) {
    for (var q = 0u; q < 4; q++) { dGates[gate + q * H] = 0.0; }
    return;
  }
  var dh = product;
  var dc = 0.0;
  if (n < lengthOf(row)) {
    dc = carry[c0];
  } else if (params.hasDState == 1) {
    dh += dState[row * H + unit];
    dc = dState[c0];
  }
  let here = place * H + unit;
  if (params.hasDOut == 1) { dh += dOut[here]; }

  let cells = params.T * params.B * H;
  var before = work[2 * cells + c0];
  if (s > 0) { before = work[cells + placeOf(row, s - 1) * H + unit]; }
  let i = gates[gate];
  let f = gates[gate + H];
  let g = gates[gate + 2 * H];
  let o = gates[gate + 3 * H];
  let y = tanhSafe(work[cells + here]);
  dc += dh * o * (1.0 - y * y);
  dGates[gate] = dc * g * i * (1.0 - i);
  dGates[gate + H] = dc * before * f * (1.0 - f);
  dGates[gate + 2 * H] = dc * i * (1.0 - g * g);
  dGates[gate + 3 * H] = dh * y * o * (1.0 - o);
  carry[c0] = dc * f;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let H = params.H;
  let firstRow = workgroup.y * ROWS;
  for (var done = 0u; done < params.last - params.first; done++) {
    let n = params.last - 1 - done;
    for (var unit = workgroup.x * WORKGROUP + local; unit < H; unit += workgroups.x * WORKGROUP) {
      var product = array<f32, ROWS>();
      if (n < params.T) {
        var da: array<u32, ROWS>; // where dâ of each row begins; rows beyond the last are not stored
        for (var r = 0u; r < ROWS; r++) { da[r] = placeOf(min(firstRow + r, params.B - 1), n) * 4 * H; }
        for (var k = 0u; k < 4 * H; k++) {
          let w = weight[k * H + unit];
          for (var r = 0u; r < ROWS; r++) { product[r] += dGates[da[r] + k] * w; }
        }
      }
      for (var r = 0u; r < min(ROWS, params.B - firstRow); r++) { advance(firstRow + r, unit, n, product[r]); }
    }
    if (BARRIER) { storageBarrier(); }
  }
}
