// RNN over a sequence, where the adapter has subgroups and H is a multiple of 4. The same formulas, buffers and forms as
// rnn.wgsl, which is the one to read first.
// One invocation computes four neighbouring units of 8 rows and advances 4 columns k of W_hh at a time. All invocations of a
// subgroup need the same 8 × 4 block of h: each lane fetches the 4 numbers of one row, and broadcasts hand them round.

enable subgroups;

override WORKGROUP: u32 = 32;
override RELU: bool = false;
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
  hasBias: u32,
  hasState: u32,
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
@group(0) @binding(3) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> lengths: array<i32>;
@group(0) @binding(5) var<storage, read_write> work: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> state: array<vec4<f32>>;

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

// Where, in fours, the h of a row before its step s begins in work.
fn hOf(row: u32, s: u32) -> u32 {
  return select(placeOf(row, s), params.T * params.B + row, s == 0) * (params.H / 4);
}

// b_hh of four units.
fn biasOf(four: u32) -> vec4<f32> {
  if (params.hasBias == 0) { return vec4<f32>(); }
  return bias[four];
}

// Four units of one row: hidden is W_hh h + b_hh.
fn advance(row: u32, four: u32, s: u32, hidden: vec4<f32>) {
  let fours = params.H / 4;
  let here = placeOf(row, s) * fours + four;
  if (s >= lengthOf(row)) {
    out[here] = vec4<f32>();
    work[here] = vec4<f32>(); // products of the backward pass read it
    return;
  }
  let a = gates[here] + hidden;
  var h: vec4<f32>;
  if (RELU) {
    h = select(a, vec4<f32>(), a < vec4<f32>()); // NaN stays NaN
  } else {
    h = vec4<f32>(tanhSafe(a.x), tanhSafe(a.y), tanhSafe(a.z), tanhSafe(a.w));
  }
  if (s == 0) {
    let h0 = (params.T * params.B + row) * fours + four;
    if (params.hasState == 0) { work[h0] = vec4<f32>(); }
    work[here] = work[h0];
  }
  out[here] = h;
  if (s + 1 < lengthOf(row)) {
    work[placeOf(row, s + 1) * fours + four] = h;
  } else {
    state[row * fours + four] = h;
  }
}

// Four numbers of the h of a row.
fn part(at: u32) -> vec4<f32> { return work[at]; }

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
  for (var s = params.first; s < params.last; s++) {
    for (var four = workgroup.x * WORKGROUP; four < fours; four += workgroups.x * WORKGROUP) {
      let mine = min(four + local, fours - 1);
      let start = biasOf(mine);
      var sums = Sums(start, start, start, start, start, start, start, start);
      if (params.hasState == 1 || s > 0) {
        let nearH = hOf(near, s);
        let farH = hOf(far, s);
        for (var k = 0u; k < fours; k++) {
          // Columns 4k … 4k + 3 of the weights of the four units.
          let at = 4 * mine * fours + k;
          let w = transpose(mat4x4<f32>(weight[at], weight[at + fours], weight[at + 2 * fours], weight[at + 3 * fours]));
          sums = accumulate(sums, part(nearH + k), partFar(farH + k), w);
        }
      }
      // A loop, not a call for each row: compilers copy every call's code.
      var rows = array<vec4<f32>, ROWS>(sums.r0, sums.r1, sums.r2, sums.r3, sums.r4, sums.r5, sums.r6, sums.r7);
      if (four + local < fours) {
        for (var r = row; r < min(row + ROWS, params.B); r++) { advance(r, four + local, s, rows[r - row]); }
      }
      // Inside, since lanes come together again at a barrier alone, and the next units are broadcast to.
      if (BARRIER) { storageBarrier(); }
    }
  }
}
