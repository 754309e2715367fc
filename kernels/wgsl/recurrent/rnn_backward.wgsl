// Gradient of the RNN over a sequence: from the last step to the first, with the outputs h of rnn.wgsl
//   dh = dOutₜ + W_hhᵀ dâₜ₊₁        dâ = dh ⊙ (1 − h²), or where RELU is set dh where h > 0
// The gradients of weights and of x are products of dâ, made once for all times.
// The work is split as in rnn.wgsl, in a form of steps and one of the whole sequence. A pass n, from last − 1 down to first,
// takes W_hhᵀ dâ of step n and computes step n − 1; pass 0 leaves dh before the first step.
//   dGates   (T, B, H)   dâ, 0 behind a row's end
//   dState   (1, B, H)   gradient of the final h, where hasDState is 1
//   carry    (1, B, H)   dh before the first step

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
  hasDOut: u32,
  hasDState: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> out: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> lengths: array<i32>;
@group(0) @binding(4) var<storage, read> dOut: array<f32>;
@group(0) @binding(5) var<storage, read> dState: array<f32>;
@group(0) @binding(6) var<storage, read_write> dGates: array<f32>;
@group(0) @binding(7) var<storage, read_write> carry: array<f32>;

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
fn step(row: u32, unit: u32, n: u32, product: f32) {
  if (n == 0) {
    carry[row * params.H + unit] = product;
    return;
  }
  let s = n - 1;
  let here = placeOf(row, s) * params.H + unit;
  if (s >= lengthOf(row)) {
    dGates[here] = 0.0;
    return;
  }
  var dh = product;
  if (params.hasDState == 1 && n == lengthOf(row)) { dh += dState[row * params.H + unit]; }
  if (params.hasDOut == 1) { dh += dOut[here]; }
  let h = out[here];
  if (RELU) {
    dGates[here] = select(0.0, dh, h > 0.0);
  } else {
    dGates[here] = dh * (1.0 - h * h);
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
  for (var done = 0u; done < params.last - params.first; done++) {
    let n = params.last - 1 - done;
    for (var unit = workgroup.x * WORKGROUP + local; unit < H; unit += workgroups.x * WORKGROUP) {
      var product = array<f32, ROWS>();
      if (n < params.T) {
        var da: array<u32, ROWS>; // where dâ of each row begins; rows beyond the last are not stored
        for (var r = 0u; r < ROWS; r++) { da[r] = placeOf(min(firstRow + r, params.B - 1), n) * H; }
        for (var k = 0u; k < H; k++) {
          let w = weight[k * H + unit];
          for (var r = 0u; r < ROWS; r++) { product[r] += dGates[da[r] + k] * w; }
        }
      }
      // Not from 0: with a constant start some compilers copy step for each row and take seconds.
      for (var row = firstRow; row < min(firstRow + ROWS, params.B); row++) { step(row, unit, n, product[row - firstRow]); }
    }
    if (BARRIER) { storageBarrier(); }
  }
}
