// matmul    out[b, m, n] = Σₖ a[b, m, k] · w[b, k, n]   (+ c[m, n] where BIAS), where the adapter has subgroups
// One invocation holds 8 rows × 4 neighbouring columns of out in registers and advances 4 steps of k at a time. All
// invocations of a subgroup need the same 8 × 4 block of a: each lane fetches one vec4 of it, and broadcasts hand the block
// round. So an invocation loads 1 + 4 vec4 for 128 multiply-adds. No shared memory, no barrier.
// w is contiguous along n, or along k (W_ALONG_K); its other strides, its offset and the length of that axis must be multiples
// of 4: its strides here count vec4. So it is with a where A_ALONG_K or A_ALONG_M (a transposed view) is set; else a is read
// number by number through any strides, which costs little, since most of what is loaded is w.
// Rows and columns beyond the edge are clamped to the last ones when loaded and not stored; beyond K both count as 0.
// A vec4 becomes Compute as soon as it is loaded, f32 also where Element is f16: broadcasts and sums see no f16.

enable subgroups;

override WORKGROUP: u32 = 32;
override BIAS: bool = false;
override A_ALONG_K: bool = false;
override A_ALONG_M: bool = false;
override W_ALONG_K: bool = false;
// Set where a subgroup may have only 4 lanes: then each lane fetches two vec4 of a block.
override NARROW: bool = false;

alias Element = f32;
alias Compute = f32;

struct Params {
  M: u32,
  N: u32,
  K: u32,
  aOffset: u32,
  aBatch: u32,
  aRow: u32,
  aCol: u32,
  wOffset: u32,
  wBatch: u32,
  wStride: u32,
  cOffset: u32,
  cRow: u32,
  cCol: u32,
  // Where this dispatch begins, in tiles of 8 rows and in matrices of the stack.
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
@group(0) @binding(2) var<storage, read> aNumbers: array<Element>; // a again
@group(0) @binding(3) var<storage, read> w: array<vec4<Element>>;
@group(0) @binding(4) var<storage, read> c: array<Element>;
@group(0) @binding(5) var<storage, read_write> out: array<Element>;

// Four columns of a row of c.
fn addend(m: u32, n: u32) -> vec4<Compute> {
  let columns = min(n + vec4<u32>(0, 1, 2, 3), vec4<u32>(params.N - 1));
  let at = params.cOffset + m * params.cRow + columns * params.cCol;
  return vec4<Compute>(vec4<Element>(c[at.x], c[at.y], c[at.z], c[at.w]));
}

fn store(batch: u32, m: u32, n: u32, v: vec4<Compute>) {
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

// What the lane number `part` (0 … 7) fetches of the 8 × 4 block of a for rows from m and steps from k: row m + part at the
// four steps, or, along m, rows m + 4 (part % 2) … at step k + part / 2.
fn fetch(base: u32, m: u32, k: u32, part: u32) -> vec4<Compute> {
  if (A_ALONG_K) { return vec4<Compute>(a[base + min(m + part, params.M - 1) * params.aRow + k / 4]); }
  if (A_ALONG_M) {
    let step = k + part / 2;
    let at = base + min(m + 4 * (part % 2), params.M - 4) / 4 + min(step, params.K - 1) * params.aCol;
    return select(vec4<Compute>(), vec4<Compute>(a[at]), step < params.K);
  }
  let steps = k + vec4<u32>(0, 1, 2, 3);
  let at = base + min(m + part, params.M - 1) * params.aRow + min(steps, vec4<u32>(params.K - 1)) * params.aCol;
  let row = vec4<Element>(aNumbers[at.x], aNumbers[at.y], aNumbers[at.z], aNumbers[at.w]);
  return select(vec4<Compute>(), vec4<Compute>(row), steps < vec4<u32>(params.K));
}

// The half of a block that lanes fetch besides, where there are only four.
fn fetchFar(base: u32, m: u32, k: u32, part: u32) -> vec4<Compute> {
  if (NARROW) { return fetch(base, m, k, part); }
  return vec4<Compute>();
}

// Four columns of w, from n, at steps k … k + 3; 0 beyond the last, as in fetch: 0 · ∞ would be NaN.
fn columnsOf(base: u32, k: u32, n: u32) -> mat4x4<Compute> {
  let four = vec4<u32>(0, 1, 2, 3);
  if (W_ALONG_K) {
    let at = base + min(n + four, vec4<u32>(params.N - 1)) * params.wStride + k / 4;
    return transpose(mat4x4<Compute>(
      vec4<Compute>(w[at.x]), vec4<Compute>(w[at.y]), vec4<Compute>(w[at.z]), vec4<Compute>(w[at.w]),
    ));
  }
  let at = base + min(n, max(params.N, 4) - 4) / 4 + min(k + four, vec4<u32>(params.K - 1)) * params.wStride;
  let zero = vec4<Compute>();
  return mat4x4<Compute>(
    vec4<Compute>(w[at.x]),
    select(zero, vec4<Compute>(w[at.y]), k + 1 < params.K),
    select(zero, vec4<Compute>(w[at.z]), k + 2 < params.K),
    select(zero, vec4<Compute>(w[at.w]), k + 3 < params.K),
  );
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
  let m = (params.firstTile + workgroup.y) * 8;
  let n = (workgroup.x * WORKGROUP + local) * 4;

  // Which parts of a block this lane fetches; with 8 lanes or more the near ones are all of it.
  let near = select(min(lane, 7), lane % 4, NARROW);
  let far = 4 + lane % 4;
  let aBase = params.aOffset + batch * params.aBatch;
  let wBase = params.wOffset + batch * params.wBatch;
  var sums = Sums();
  for (var k = 0u; k < params.K; k += 4) {
    sums = accumulate(sums, fetch(aBase, m, k, near), fetchFar(aBase, m, k, far), columnsOf(wBase, k, n));
  }

  // A loop that compilers may copy for each row: where it is kept, the sums live in memory, and lavapipe's product is slower.
  var rows = array<vec4<Compute>, 8>(sums.r0, sums.r1, sums.r2, sums.r3, sums.r4, sums.r5, sums.r6, sums.r7);
  var added = vec4<Compute>();
  for (var r = 0u; r < min(8, params.M - m); r++) {
    if (BIAS && (r == 0 || params.cRow > 0)) { added = addend(m + r, n); } // a bias is the same in all rows
    store(batch, m + r, n, rows[r] + added);
  }
}
