// Gradient of the LSTM over a sequence, where the adapter has subgroups and H is a multiple of 4. The same formulas, buffers
// and forms as lstm_backward.wgsl, which is the one to read first.
// One invocation computes four neighbouring units of 8 rows and advances 4 of the 4H numbers of dâ at a time. All
// invocations of a subgroup need the same 8 × 4 block of dâ: each lane fetches the 4 numbers of one row, and broadcasts
// hand them round.

enable subgroups;

override WORKGROUP: u32 = 32;
override BARRIER: bool = false;
// Set where a subgroup may have only 4 lanes: then each lane fetches for two rows.
override NARROW: bool = false;
// Rows and units of one invocation: the code below is written for these.
const ROWS: u32 = 8;
const UNITS: u32 = 4;

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
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> lengths: array<i32>;
@group(0) @binding(4) var<storage, read> work: array<f32>;
@group(0) @binding(5) var<storage, read> dOut: array<f32>;
@group(0) @binding(6) var<storage, read> dState: array<f32>;
@group(0) @binding(7) var<storage, read_write> dGates: array<f32>;
@group(0) @binding(8) var<storage, read_write> carry: array<f32>;

fn tanhSafe(v: f32) -> f32 {
  let e = exp(-2.0 * abs(v));
  // Near 0, where 1 − e would lose digits, by the series.
  return select(sign(v) * (1.0 - e) / (1.0 + e), v - v * v * v / 3.0, abs(v) < 0.01);
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
fn step(row: u32, unit: u32, n: u32, product: f32) {
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

// Four numbers of the dâ of a row, which begins at `at`.
fn part(at: u32) -> vec4<f32> { return vec4<f32>(dGates[at], dGates[at + 1], dGates[at + 2], dGates[at + 3]); }

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let H = params.H;
  let row = workgroup.y * ROWS;
  // The rows this lane fetches; rows and units beyond the last are clamped when loaded and not stored.
  let low = min(row + select(min(lane, 7), lane % 4, NARROW), params.B - 1);
  let high = min(row + 4 + lane % 4, params.B - 1);
  for (var done = 0u; done < params.last - params.first; done++) {
    let n = params.last - 1 - done;
    for (var unit = workgroup.x * WORKGROUP * UNITS; unit < H; unit += workgroups.x * WORKGROUP * UNITS) {
      var s0 = vec4<f32>();
      var s1 = vec4<f32>();
      var s2 = vec4<f32>();
      var s3 = vec4<f32>();
      var s4 = vec4<f32>();
      var s5 = vec4<f32>();
      var s6 = vec4<f32>();
      var s7 = vec4<f32>();
      if (n < params.T) {
        let lowA = placeOf(low, n) * 4 * H;
        let highA = placeOf(high, n) * 4 * H;
        let w = min(unit + UNITS * local, H - 4) / 4;
        for (var k = 0u; k < 4 * H; k += 4) {
          let near = part(lowA + k);
          let p0 = subgroupBroadcast(near, 0);
          let p1 = subgroupBroadcast(near, 1);
          let p2 = subgroupBroadcast(near, 2);
          let p3 = subgroupBroadcast(near, 3);
          var p4: vec4<f32>;
          var p5: vec4<f32>;
          var p6: vec4<f32>;
          var p7: vec4<f32>;
          if (NARROW) {
            let far = part(highA + k);
            p4 = subgroupBroadcast(far, 0);
            p5 = subgroupBroadcast(far, 1);
            p6 = subgroupBroadcast(far, 2);
            p7 = subgroupBroadcast(far, 3);
          } else {
            p4 = subgroupBroadcast(near, 4);
            p5 = subgroupBroadcast(near, 5);
            p6 = subgroupBroadcast(near, 6);
            p7 = subgroupBroadcast(near, 7);
          }
          // w0: the weights of the four units to number k of dâ.
          let at = k * (H / 4) + w;
          let w0 = weight[at];
          let w1 = weight[at + H / 4];
          let w2 = weight[at + 2 * (H / 4)];
          let w3 = weight[at + 3 * (H / 4)];
          s0 += p0.x * w0 + p0.y * w1 + p0.z * w2 + p0.w * w3;
          s1 += p1.x * w0 + p1.y * w1 + p1.z * w2 + p1.w * w3;
          s2 += p2.x * w0 + p2.y * w1 + p2.z * w2 + p2.w * w3;
          s3 += p3.x * w0 + p3.y * w1 + p3.z * w2 + p3.w * w3;
          s4 += p4.x * w0 + p4.y * w1 + p4.z * w2 + p4.w * w3;
          s5 += p5.x * w0 + p5.y * w1 + p5.z * w2 + p5.w * w3;
          s6 += p6.x * w0 + p6.y * w1 + p6.z * w2 + p6.w * w3;
          s7 += p7.x * w0 + p7.y * w1 + p7.z * w2 + p7.w * w3;
        }
      }
      // Loops, not 32 calls: compilers copy every call's code.
      var products = array<vec4<f32>, ROWS>(s0, s1, s2, s3, s4, s5, s6, s7);
      for (var i = 0u; i < UNITS * min(ROWS, params.B - row); i++) {
        let mine = unit + UNITS * local + i % UNITS;
        if (mine < H) { step(row + i / UNITS, mine, n, products[i / UNITS][i % UNITS]); }
      }
    }
    if (BARRIER) { storageBarrier(); }
  }
}
