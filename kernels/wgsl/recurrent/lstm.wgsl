// LSTM over a sequence    a = x̂ₜ + W_hh hₜ₋₁ + b_hh,   x̂ = W_ih x + b_ih, projected for all times before
//   i, f, o = σ(a), g = tanh(a);   cₜ = f ⊙ cₜ₋₁ + i ⊙ g;   hₜ = o ⊙ tanh(cₜ)
// One dispatch runs the steps first ≤ s < last. Two forms are launched:
//   step      a dispatch for each step, over all units: one invocation computes one unit of ROWS rows of the batch;
//   sequence  a dispatch for all steps, where BARRIER is set: a workgroup owns ROWS rows with all their units, so that a
//             barrier, which never crosses workgroups, is all that the steps need between them.
// A row is read at time s, or, where reverse is 1, from its own end: time length − 1 − s. Behind its end out is 0.
//   gates  (T, B, 4H)  x̂ in PyTorch's order i, f, g, o; holds the activated gates afterwards, where saves is 1
//   work   h before each time (T, B, H), c at each time (T, B, H), then h and c before the first step, (B, H) each: the
//          host has put them there where hasState is 1; else they are 0.
//   state  the h and c of each row's last step, (2, B, H)
// exp() only ever sees arguments ≤ 0, so nothing overflows.

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
  hasBias: u32,
  hasState: u32,
  saves: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> gates: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> lengths: array<i32>;
@group(0) @binding(5) var<storage, read_write> work: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<storage, read_write> state: array<f32>;

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
  return select(placeOf(row, s), 2 * params.T * params.B + row, s == 0) * params.H;
}

// b_hh of the four gates of a unit.
fn biasOf(unit: u32) -> vec4<f32> {
  let H = params.H;
  if (params.hasBias == 0) { return vec4<f32>(); }
  return vec4<f32>(bias[unit], bias[unit + H], bias[unit + 2 * H], bias[unit + 3 * H]);
}

// One unit of one row: hidden is W_hh h + b_hh for its gates i, f, g, o.
fn advance(row: u32, unit: u32, s: u32, hidden: vec4<f32>) {
  let H = params.H;
  let place = placeOf(row, s);
  let here = place * H + unit;
  let cells = params.T * params.B * H;
  if (s >= lengthOf(row)) {
    out[here] = 0.0;
    work[here] = 0.0; // products of the backward pass read it
    work[cells + here] = 0.0;
    return;
  }
  let gate = place * 4 * H + unit;
  let a = hidden + vec4<f32>(gates[gate], gates[gate + H], gates[gate + 2 * H], gates[gate + 3 * H]);
  let i = sigmoid(a.x);
  let f = sigmoid(a.y);
  let g = tanhSafe(a.z);
  let o = sigmoid(a.w);

  var before = 0.0; // c of the step before
  if (s > 0) {
    before = work[cells + placeOf(row, s - 1) * H + unit];
  } else {
    let h0 = 2 * cells + row * H + unit;
    let c0 = h0 + params.B * H;
    if (params.hasState == 0) {
      work[h0] = 0.0;
      work[c0] = 0.0;
    }
    before = work[c0];
    work[here] = work[h0];
  }
  let c = f * before + i * g;
  let h = o * tanhSafe(c);
  out[here] = h;
  work[cells + here] = c;
  if (params.saves == 1) {
    gates[gate] = i;
    gates[gate + H] = f;
    gates[gate + 2 * H] = g;
    gates[gate + 3 * H] = o;
  }
  if (s + 1 < lengthOf(row)) {
    work[placeOf(row, s + 1) * H + unit] = h;
  } else {
    state[row * H + unit] = h;
    state[(params.B + row) * H + unit] = c;
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
      var hidden = array<vec4<f32>, ROWS>();
      for (var r = 0u; r < ROWS; r++) { hidden[r] = biasOf(unit); }
      if (params.hasState == 1 || s > 0) {
        var h: array<u32, ROWS>; // where the h of each row begins; rows beyond the last are not stored
        for (var r = 0u; r < ROWS; r++) { h[r] = hOf(min(firstRow + r, params.B - 1), s); }
        let w = unit * H;
        for (var k = 0u; k < H; k++) {
          let column = vec4<f32>(weight[w + k], weight[w + k + H * H], weight[w + k + 2 * H * H], weight[w + k + 3 * H * H]);
          for (var r = 0u; r < ROWS; r++) { hidden[r] += work[h[r] + k] * column; }
        }
      }
      for (var r = 0u; r < min(ROWS, params.B - firstRow); r++) { advance(firstRow + r, unit, s, hidden[r]); }
    }
    if (BARRIER) { storageBarrier(); }
  }
}
