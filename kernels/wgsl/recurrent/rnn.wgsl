// RNN over a sequence    hₜ = f(x̂ₜ + W_hh hₜ₋₁ + b_hh),   f = tanh, or relu where RELU is set;
//   x̂ = W_ih x + b_ih, projected for all times before
// One dispatch runs the steps first ≤ s < last. Two forms are launched:
//   step      a dispatch for each step, over all units: one invocation computes one unit of ROWS rows of the batch;
//   sequence  a dispatch for all steps, where BARRIER is set: a workgroup owns ROWS rows with all their units, so that a
//             barrier, which never crosses workgroups, is all that the steps need between them.
// A row is read at time s, or, where reverse is 1, from its own end: time length − 1 − s. Behind its end out is 0.
//   gates  (T, B, H)  x̂
//   work   h before each time (T, B, H), then h before the first step (B, H): the host has put it there where hasState is 1;
//          else it is 0.
//   state  the h of each row's last step, (1, B, H)
// exp() only ever sees arguments ≤ 0, so nothing overflows.

override WORKGROUP: u32 = 64;
override RELU: bool = false;
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
  hasBias: u32,
  hasState: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gates: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> lengths: array<i32>;
@group(0) @binding(5) var<storage, read_write> work: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<storage, read_write> state: array<f32>;

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

// Where the h of a row before its step s begins in work.
fn hOf(row: u32, s: u32) -> u32 {
  return select(placeOf(row, s), params.T * params.B + row, s == 0) * params.H;
}

fn biasOf(unit: u32) -> f32 {
  if (params.hasBias == 0) { return 0.0; }
  return bias[unit];
}

// One unit of one row: hidden is W_hh h + b_hh.
fn advance(row: u32, unit: u32, s: u32, hidden: f32) {
  let H = params.H;
  let here = placeOf(row, s) * H + unit;
  if (s >= lengthOf(row)) {
    out[here] = 0.0;
    work[here] = 0.0; // products of the backward pass read it
    return;
  }
  let a = gates[here] + hidden;
  var h = 0.0;
  if (RELU) {
    h = select(a, 0.0, a < 0.0); // NaN stays NaN
  } else {
    h = tanhSafe(a);
  }
  if (s == 0) {
    let h0 = params.T * params.B * H + row * H + unit;
    if (params.hasState == 0) { work[h0] = 0.0; }
    work[here] = work[h0];
  }
  out[here] = h;
  if (s + 1 < lengthOf(row)) {
    work[placeOf(row, s + 1) * H + unit] = h;
  } else {
    state[row * H + unit] = h;
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let H = params.H;
  let firstRow = workgroup.y * ROWS;
  for (var s = params.first; s < params.last; s++) {
    for (var unit = workgroup.x * WORKGROUP + local; unit < H; unit += workgroups.x * WORKGROUP) {
      var hidden = array<f32, ROWS>();
      for (var r = 0u; r < ROWS; r++) { hidden[r] = biasOf(unit); }
      if (params.hasState == 1 || s > 0) {
        var h: array<u32, ROWS>; // where the h of each row begins; rows beyond the last are not stored
        for (var r = 0u; r < ROWS; r++) { h[r] = hOf(min(firstRow + r, params.B - 1), s); }
        let w = unit * H;
        for (var k = 0u; k < H; k++) {
          let column = weight[w + k];
          for (var r = 0u; r < ROWS; r++) { hidden[r] += work[h[r] + k] * column; }
        }
      }
      // Not from 0: with a constant start some compilers copy step for each row and take seconds.
      for (var row = firstRow; row < min(firstRow + ROWS, params.B); row++) { advance(row, unit, s, hidden[row - firstRow]); }
    }
    if (BARRIER) { storageBarrier(); }
  }
}
