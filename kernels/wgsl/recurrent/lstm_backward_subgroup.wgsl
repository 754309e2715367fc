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

// Four units of 8 rows.
struct Sums {
  r0: vec4<f32>,
  r1: vec4<f32>,
  r2: vec4<f32>,
  r3: vec4<f32>,
  r4: vec4<f32>,
  r5: vec4<f32>,
  r6: vec4<f32>,
  r7: vec4<f32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gates: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> lengths: array<i32>;
@group(0) @binding(4) var<storage, read> work: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> dOut: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read> dState: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> dGates: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> carry: array<vec4<f32>>;

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

// Where, in fours, the dâ of a row at its step s begins in dGates.
fn dOf(row: u32, s: u32) -> u32 { return placeOf(row, s) * params.H; }

// Step n − 1 of four units of one row: product is W_hhᵀ dâ of step n, which is 0 behind the row's end.
fn advance(row: u32, four: u32, n: u32, product: vec4<f32>) {
  let fours = params.H / 4;
  let c0 = (params.B + row) * fours + four;
  if (n == 0) {
    carry[row * fours + four] = product;
    return;
  }
  let s = n - 1;
  let place = placeOf(row, s);
  let gate = place * 4 * fours + four;
  var dh = product;
  var dc = vec4<f32>();
  if (n < lengthOf(row)) {
    dc = carry[c0];
  } else if (params.hasDState == 1) {
    dh += dState[row * fours + four];
    dc = dState[c0];
  }
  let here = place * fours + four;
  if (params.hasDOut == 1) { dh += dOut[here]; }

  let cells = params.T * params.B * fours;
  let before = work[cells + select(cells + c0, placeOf(row, max(s, 1) - 1) * fours + four, s > 0)];
  let i = gates[gate];
  let f = gates[gate + fours];
  let g = gates[gate + 2 * fours];
  let o = gates[gate + 3 * fours];
  let c = work[cells + here];
  let y = vec4<f32>(tanhSafe(c.x), tanhSafe(c.y), tanhSafe(c.z), tanhSafe(c.w));
  dc += dh * o * (1.0 - y * y);
  // 0 behind the row's end, whatever stands there; what is carried there is not read.
  let runs = s < lengthOf(row);
  dGates[gate] = select(vec4<f32>(), dc * g * i * (1.0 - i), runs);
  dGates[gate + fours] = select(vec4<f32>(), dc * before * f * (1.0 - f), runs);
  dGates[gate + 2 * fours] = select(vec4<f32>(), dc * i * (1.0 - g * g), runs);
  dGates[gate + 3 * fours] = select(vec4<f32>(), dh * y * o * (1.0 - o), runs);
  carry[c0] = dc * f;
}

// Four numbers of the dâ of a row.
fn part(at: u32) -> vec4<f32> { return dGates[at]; }

// The same for the far half of a block, which is fetched where NARROW alone.
fn partFar(at: u32) -> vec4<f32> {
  if (NARROW) { return part(at); }
  return vec4<f32>();
}

// sums + block · w over four steps of k: w is four columns at each step, near and far what this lane fetched of the block.
fn accumulate(sums: Sums, near: vec4<f32>, far: vec4<f32>, w: mat4x4<f32>) -> Sums {
  let p0 = subgroupBroadcast(near, 0);
  let p1 = subgroupBroadcast(near, 1);
  let p2 = subgroupBroadcast(near, 2);
  let p3 = subgroupBroadcast(near, 3);
  var p4: vec4<f32>;
  var p5: vec4<f32>;
  var p6: vec4<f32>;
  var p7: vec4<f32>;
  if (NARROW) {
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
  return Sums(
    sums.r0 + w * p0, sums.r1 + w * p1, sums.r2 + w * p2, sums.r3 + w * p3,
    sums.r4 + w * p4, sums.r5 + w * p5, sums.r6 + w * p6, sums.r7 + w * p7,
  );
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let fours = params.H / 4;
  let row = workgroup.y * ROWS;
  // The rows this lane fetches; rows and units beyond the last are clamped when loaded and not stored.
  let near = min(row + select(min(lane, 7), lane % 4, NARROW), params.B - 1);
  let far = min(row + 4 + lane % 4, params.B - 1);
  for (var done = 0u; done < params.last - params.first; done++) {
    let n = params.last - 1 - done;
    for (var four = workgroup.x * WORKGROUP; four < fours; four += workgroups.x * WORKGROUP) {
      var sums = Sums();
      if (n < params.T) {
        let nearD = dOf(near, n);
        let farD = dOf(far, n);
        let mine = min(four + local, fours - 1);
        for (var k = 0u; k < params.H; k++) {
          // The weights of the four units to numbers 4k … 4k + 3 of dâ.
          let at = 4 * k * fours + mine;
          let w = mat4x4<f32>(weight[at], weight[at + fours], weight[at + 2 * fours], weight[at + 3 * fours]);
          sums = accumulate(sums, part(nearD + k), partFar(farD + k), w);
        }
      }
      // A loop, not a call for each row: compilers copy every call's code.
      var rows = array<vec4<f32>, ROWS>(sums.r0, sums.r1, sums.r2, sums.r3, sums.r4, sums.r5, sums.r6, sums.r7);
      if (four + local < fours) {
        for (var r = row; r < min(row + ROWS, params.B); r++) { advance(r, four + local, n, rows[r - row]); }
      }
      // Inside, since lanes come together again at a barrier alone, and the next units are broadcast to.
      if (BARRIER) { storageBarrier(); }
    }
  }
}
