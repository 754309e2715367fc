// matmul    out[b, m, n] = Σₖ a[b, m, k] · w[b, k, n]   (+ c[m, n] where BIAS), where the adapter has subgroups
// One invocation holds ROWS rows × 4 neighbouring columns of out in registers and advances 4 steps of k at a time. All
// invocations of a subgroup need the same 8 × 4 block of a: each lane fetches one vec4 of it, and broadcasts hand the block
// round. So an invocation loads 1 + 4 vec4 for 128 multiply-adds, with 16 rows 2 + 4 for 256. No shared memory, no barrier.
// a is contiguous along k, or along m (A_ALONG_M, a transposed view); w along n, or along k (W_ALONG_K). The other
// strides, the offsets, K, and the length of every contiguous axis must be multiples of 4: strides here count vec4.
// Rows and columns beyond the edge are clamped to the last ones when loaded and not stored.
// A vec4 becomes Compute as soon as it is loaded, f32 also where Element is f16: broadcasts and sums see no f16.

enable subgroups;

override WORKGROUP: u32 = 32;
override BIAS: bool = false;
override A_ALONG_M: bool = false;
override W_ALONG_K: bool = false;
// Set where a subgroup may have only 4 lanes: then each lane fetches two vec4 of a block.
override NARROW: bool = false;
// Rows of one invocation, 8 or 16: with 16 fewer loads, but twice the registers.
const ROWS: u32 = 8;

alias Element = f32;
alias Compute = f32;

struct Params {
  M: u32,
  N: u32,
  K: u32,
  aOffset: u32,
  aBatch: u32,
  aStride: u32,
  wOffset: u32,
  wBatch: u32,
  wStride: u32,
  cOffset: u32,
  cRow: u32,
  cCol: u32,
  // Where this dispatch begins, in tiles of ROWS rows and in matrices of the stack.
  firstTile: u32,
  firstBatch: u32,
}

// Four columns of 8 rows of out.
struct Sums {
  r0: vec4<Compute>,
  r1: vec4<Compute>,
  r2: vec4<Compute>,
  r3: vec4<Compute>,
  r4: vec4<Compute>,
  r5: vec4<Compute>,
  r6: vec4<Compute>,
  r7: vec4<Compute>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read> w: array<vec4<Element>>;
@group(0) @binding(3) var<storage, read> c: array<Element>;
@group(0) @binding(4) var<storage, read_write> out: array<Element>;

// Adds c to four columns of a row of out and stores them.
fn finish(batch: u32, m: u32, n: u32, sum: vec4<Compute>) {
  var v = sum;
  if (BIAS) {
    let columns = min(n + vec4<u32>(0, 1, 2, 3), vec4<u32>(params.N - 1));
    let at = params.cOffset + m * params.cRow + columns * params.cCol;
    v += vec4<Compute>(vec4<Element>(c[at.x], c[at.y], c[at.z], c[at.w]));
  }
  let at = (batch * params.M + m) * params.N + n;
  if (n + 4 <= params.N) {
    // One branch for four numbers.
    out[at] = Element(v.x);
    out[at + 1] = Element(v.y);
    out[at + 2] = Element(v.z);
    out[at + 3] = Element(v.w);
    return;
  }
  if (n < params.N) { out[at] = Element(v.x); }
  if (n + 1 < params.N) { out[at + 1] = Element(v.y); }
  if (n + 2 < params.N) { out[at + 2] = Element(v.z); }
}

// Where lane `part` (0 … 7) finds its vec4 of the block of a at k = 0: row m + part, or, along m, rows m + 4 (part % 2)
// of step part / 2.
fn blockAt(batch: u32, m: u32, part: u32) -> u32 {
  let base = params.aOffset + batch * params.aBatch;
  if (A_ALONG_M) { return base + (part / 2) * params.aStride + min(m + 4 * (part % 2), params.M - 4) / 4; }
  return base + min(m + part, params.M - 1) * params.aStride;
}

fn fetch(at: u32) -> vec4<Compute> { return vec4<Compute>(a[at]); }

fn fetchFar(at: u32) -> vec4<Compute> {
  if (NARROW) { return fetch(at); }
  return vec4<Compute>();
}

// sums + block · w over four steps of k: w is four columns at each step, near and far what this lane fetched of the block.
fn accumulate(sums: Sums, near: vec4<Compute>, far: vec4<Compute>, w: mat4x4<Compute>) -> Sums {
  var p0 = subgroupBroadcast(near, 0);
  var p1 = subgroupBroadcast(near, 1);
  var p2 = subgroupBroadcast(near, 2);
  var p3 = subgroupBroadcast(near, 3);
  var p4: vec4<Compute>;
  var p5: vec4<Compute>;
  var p6: vec4<Compute>;
  var p7: vec4<Compute>;
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
  if (A_ALONG_M) {
    // p(2j) is rows 0 … 3 at step j, p(2j + 1) rows 4 … 7; from here on p(r) is row r at the four steps.
    let top = transpose(mat4x4<Compute>(p0, p2, p4, p6));
    let bottom = transpose(mat4x4<Compute>(p1, p3, p5, p7));
    p0 = top[0];
    p1 = top[1];
    p2 = top[2];
    p3 = top[3];
    p4 = bottom[0];
    p5 = bottom[1];
    p6 = bottom[2];
    p7 = bottom[3];
  }
  return Sums(
    sums.r0 + w * p0, sums.r1 + w * p1, sums.r2 + w * p2, sums.r3 + w * p3,
    sums.r4 + w * p4, sums.r5 + w * p5, sums.r6 + w * p6, sums.r7 + w * p7,
  );
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let batch = params.firstBatch + workgroup.z;
  let m = (params.firstTile + workgroup.y) * ROWS;
  let n = (workgroup.x * WORKGROUP + local) * 4;

  // The two halves of a block of a, for the rows from m and from m + 8; with 8 lanes or more the near one is all of it.
  let part = vec2<u32>(select(min(lane, 7), lane % 4, NARROW), 4 + lane % 4); // near, far
  var high = vec2<u32>(blockAt(batch, m, part.x), blockAt(batch, m, part.y));
  var low = vec2<u32>(blockAt(batch, m + 8, part.x), blockAt(batch, m + 8, part.y));
  let aStep = select(1u, 4 * params.aStride, A_ALONG_M);

  let wBase = params.wOffset + batch * params.wBatch;
  var wAt = vec4<u32>(wBase + min(n, max(params.N, 4) - 4) / 4) + vec4<u32>(0, 1, 2, 3) * params.wStride;
  if (W_ALONG_K) { wAt = wBase + min(n + vec4<u32>(0, 1, 2, 3), vec4<u32>(params.N - 1)) * params.wStride; }
  let wStep = select(4 * params.wStride, 1u, W_ALONG_K);

  var highSums = Sums();
  var lowSums = Sums();
  for (var k = 0u; k < params.K; k += 4) {
    // Four columns of w at steps k … k + 3.
    var columns = mat4x4<Compute>(
      vec4<Compute>(w[wAt.x]), vec4<Compute>(w[wAt.y]), vec4<Compute>(w[wAt.z]), vec4<Compute>(w[wAt.w]),
    );
    if (W_ALONG_K) { columns = transpose(columns); }
    highSums = accumulate(highSums, fetch(high.x), fetchFar(high.y), columns);
    if (ROWS == 16) { lowSums = accumulate(lowSums, fetch(low.x), fetchFar(low.y), columns); }
    high += vec2<u32>(aStep);
    low += vec2<u32>(aStep);
    wAt += vec4<u32>(wStep);
  }

  // A loop, not a call for each row: compilers copy every call's code.
  var rows = array<vec4<Compute>, 16>(
    highSums.r0, highSums.r1, highSums.r2, highSums.r3, highSums.r4, highSums.r5, highSums.r6, highSums.r7,
    lowSums.r0, lowSums.r1, lowSums.r2, lowSums.r3, lowSums.r4, lowSums.r5, lowSums.r6, lowSums.r7,
  );
  for (var r = 0u; r < min(ROWS, params.M - m); r++) { finish(batch, m + r, n, rows[r]); }
}
