// Gradient of the GRU over a sequence: from the last step to the first, with what gru.wgsl left in gates and work
//   dh = dOutₜ + zₜ₊₁ ⊙ dhₜ₊₁ + W_hhᵀ dĥₜ₊₁
//   dz = dh ⊙ (hₜ₋₁ − n) ⊙ z(1 − z)     dn = dh ⊙ (1 − z) ⊙ (1 − n²)     dr = dn ⊙ ĥₙ ⊙ r(1 − r)
//   dx̂ = [dr, dz, dn]     dĥ = [dr, dz, dn ⊙ r]
// The gradients of weights and of x are products of dĥ and dx̂, made once for all times.
// The work is split as in gru.wgsl, in a form of steps and one of the whole sequence. A pass n, from last − 1 down to first,
// takes W_hhᵀ dĥ of step n and computes step n − 1; pass 0 leaves dh before the first step.
//   dGates   dx̂ (T, B, 3H), then dĥ (T, B, 3H); 0 behind a row's end
//   dState   (1, B, H)   gradient of the final h, where hasDState is 1
//   carry    (1, B, H)   z ⊙ dh on its way from step to step; dh before the first step in the end

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

// Step n − 1 of one unit of one row: product is W_hhᵀ dĥ of step n, which is 0 behind the row's end.
fn step(row: u32, unit: u32, n: u32, product: f32) {
  let H = params.H;
  let carried = row * H + unit;
  if (n == 0) {
    carry[carried] += product;
    return;
  }
  let s = n - 1;
  let place = placeOf(row, s);
  let gate = place * 3 * H + unit;
  let hidden = params.T * params.B * 3 * H + gate;
  if (s >= lengthOf(row)) {
    for (var q = 0u; q < 3; q++) {
      dGates[gate + q * H] = 0.0;
      dGates[hidden + q * H] = 0.0;
    }
    return;
  }
  var dh = product;
  if (n < lengthOf(row)) {
    dh += carry[carried];
  } else if (params.hasDState == 1) {
    dh += dState[carried];
  }
  let here = place * H + unit;
  if (params.hasDOut == 1) { dh += dOut[here]; }

  let r = gates[gate];
  let z = gates[gate + H];
  let candidate = gates[gate + 2 * H];
  let dz = dh * (work[here] - candidate) * z * (1.0 - z);
  let dn = dh * (1.0 - z) * (1.0 - candidate * candidate);
  let dr = dn * work[params.T * params.B * H + here] * r * (1.0 - r);
  dGates[gate] = dr;
  dGates[gate + H] = dz;
  dGates[gate + 2 * H] = dn;
  dGates[hidden] = dr;
  dGates[hidden + H] = dz;
  dGates[hidden + 2 * H] = dn * r;
  carry[carried] = dh * z;
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
        let dh = params.T * params.B * 3 * H;
        var da: array<u32, ROWS>; // where dĥ of each row begins; rows beyond the last are not stored
        for (var r = 0u; r < ROWS; r++) { da[r] = dh + placeOf(min(firstRow + r, params.B - 1), n) * 3 * H; }
        for (var k = 0u; k < 3 * H; k++) {
          let w = weight[k * H + unit];
          for (var r = 0u; r < ROWS; r++) { product[r] += dGates[da[r] + k] * w; }
        }
      }
      for (var r = 0u; r < min(ROWS, params.B - firstRow); r++) { step(firstRow + r, unit, n, product[r]); }
    }
    if (BARRIER) { storageBarrier(); }
  }
}
