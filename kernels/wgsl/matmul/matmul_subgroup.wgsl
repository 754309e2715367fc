// matmul    out[b, m, n] = Σₖ a[b, m, k] · w[b, k, n]   (+ c[m, n] where BIAS), where the adapter has subgroups
// One invocation holds 8 rows × 4 neighbouring columns of out in registers and advances 4 steps of k at a time.
// All invocations of a subgroup need the same 8 × 4 block of a: each lane fetches one vec4 of it, and broadcasts hand
// the block round. So an invocation loads 1 + 4 vec4 for 128 multiply-adds. No shared memory, no barrier.
// a is contiguous along k, or along m (A_ALONG_M, a transposed view); w along n, or along k (W_ALONG_K). The other
// strides, the offsets, K, and the length of every contiguous axis must be multiples of 4: strides here count vec4.
// Rows and columns beyond the edge are clamped to the last ones when loaded and not stored.
// A vec4 becomes Compute as soon as it is loaded, f32 also where Element is f16: broadcasts and sums see no f16.

enable subgroups;

override WORKGROUP: u32 = 32;
override BIAS: bool = false;
override A_ALONG_M: bool = false;
override W_ALONG_K: bool = false;
// Set where a subgroup may have only 4 lanes: then each lane fetches two vec4 of a.
override NARROW: bool = false;

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
  // Where this dispatch begins, in tiles of 8 rows and in matrices of the stack.
  firstTile: u32,
  firstBatch: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read> w: array<vec4<Element>>;
@group(0) @binding(3) var<storage, read> c: array<Element>;
@group(0) @binding(4) var<storage, read_write> out: array<Element>;

fn initial(m: u32, n: u32) -> vec4<Compute> {
  if (!BIAS) { return vec4<Compute>(); }
  let columns = min(n + vec4<u32>(0, 1, 2, 3), vec4<u32>(params.N - 1));
  let at = params.cOffset + min(m, params.M - 1) * params.cRow + columns * params.cCol;
  return vec4<Compute>(vec4<Element>(c[at.x], c[at.y], c[at.z], c[at.w]));
}

fn store(batch: u32, m: u32, n: u32, v: vec4<Compute>) {
  if (m >= params.M) { return; }
  let at = (batch * params.M + m) * params.N + n;
  if (n < params.N) { out[at] = Element(v.x); }
  if (n + 1 < params.N) { out[at + 1] = Element(v.y); }
  if (n + 2 < params.N) { out[at + 2] = Element(v.z); }
  if (n + 3 < params.N) { out[at + 3] = Element(v.w); }
}

// Where lane `part` (0 … 7) finds its vec4 of the block of a at k = 0: row m + part, or, along m, rows m + 4 (part % 2)
// of step part / 2.
fn blockAt(batch: u32, m: u32, part: u32) -> u32 {
  let base = params.aOffset + batch * params.aBatch;
  if (A_ALONG_M) { return base + (part / 2) * params.aStride + min(m + 4 * (part % 2), params.M - 4) / 4; }
  return base + min(m + part, params.M - 1) * params.aStride;
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

  // Two halves of the block of a; with 8 lanes or more the first fetch brings both.
  var aLow = blockAt(batch, m, select(min(lane, 7), lane % 4, NARROW));
  var aHigh = blockAt(batch, m, 4 + lane % 4);
  let aStep = select(1u, 4 * params.aStride, A_ALONG_M);

  let wBase = params.wOffset + batch * params.wBatch;
  var wAt = vec4<u32>(wBase + min(n, max(params.N, 4) - 4) / 4) + vec4<u32>(0, 1, 2, 3) * params.wStride;
  if (W_ALONG_K) { wAt = wBase + min(n + vec4<u32>(0, 1, 2, 3), vec4<u32>(params.N - 1)) * params.wStride; }
  let wStep = select(4 * params.wStride, 1u, W_ALONG_K);

  var s0 = initial(m, n);
  var s1 = initial(m + 1, n);
  var s2 = initial(m + 2, n);
  var s3 = initial(m + 3, n);
  var s4 = initial(m + 4, n);
  var s5 = initial(m + 5, n);
  var s6 = initial(m + 6, n);
  var s7 = initial(m + 7, n);
  for (var k = 0u; k < params.K; k += 4) {
    let low = vec4<Compute>(a[aLow]);
    let p0 = subgroupBroadcast(low, 0);
    let p1 = subgroupBroadcast(low, 1);
    let p2 = subgroupBroadcast(low, 2);
    let p3 = subgroupBroadcast(low, 3);
    var p4: vec4<Compute>;
    var p5: vec4<Compute>;
    var p6: vec4<Compute>;
    var p7: vec4<Compute>;
    if (NARROW) {
      let high = vec4<Compute>(a[aHigh]);
      p4 = subgroupBroadcast(high, 0);
      p5 = subgroupBroadcast(high, 1);
      p6 = subgroupBroadcast(high, 2);
      p7 = subgroupBroadcast(high, 3);
    } else {
      p4 = subgroupBroadcast(low, 4);
      p5 = subgroupBroadcast(low, 5);
      p6 = subgroupBroadcast(low, 6);
      p7 = subgroupBroadcast(low, 7);
    }

    // w0 … w3: four columns of w at steps k … k + 3.
    var w0 = vec4<Compute>(w[wAt.x]);
    var w1 = vec4<Compute>(w[wAt.y]);
    var w2 = vec4<Compute>(w[wAt.z]);
    var w3 = vec4<Compute>(w[wAt.w]);
    if (W_ALONG_K) {
      let t = transpose(mat4x4<Compute>(w0, w1, w2, w3));
      w0 = t[0];
      w1 = t[1];
      w2 = t[2];
      w3 = t[3];
    }

    if (A_ALONG_M) {
      // p(2j) holds rows 0 … 3 at step j, p(2j + 1) rows 4 … 7.
      s0 += p0.x * w0 + p2.x * w1 + p4.x * w2 + p6.x * w3;
      s1 += p0.y * w0 + p2.y * w1 + p4.y * w2 + p6.y * w3;
      s2 += p0.z * w0 + p2.z * w1 + p4.z * w2 + p6.z * w3;
      s3 += p0.w * w0 + p2.w * w1 + p4.w * w2 + p6.w * w3;
      s4 += p1.x * w0 + p3.x * w1 + p5.x * w2 + p7.x * w3;
      s5 += p1.y * w0 + p3.y * w1 + p5.y * w2 + p7.y * w3;
      s6 += p1.z * w0 + p3.z * w1 + p5.z * w2 + p7.z * w3;
      s7 += p1.w * w0 + p3.w * w1 + p5.w * w2 + p7.w * w3;
    } else {
      // p(r) holds row r at steps k … k + 3.
      s0 += p0.x * w0 + p0.y * w1 + p0.z * w2 + p0.w * w3;
      s1 += p1.x * w0 + p1.y * w1 + p1.z * w2 + p1.w * w3;
      s2 += p2.x * w0 + p2.y * w1 + p2.z * w2 + p2.w * w3;
      s3 += p3.x * w0 + p3.y * w1 + p3.z * w2 + p3.w * w3;
      s4 += p4.x * w0 + p4.y * w1 + p4.z * w2 + p4.w * w3;
      s5 += p5.x * w0 + p5.y * w1 + p5.z * w2 + p5.w * w3;
      s6 += p6.x * w0 + p6.y * w1 + p6.z * w2 + p6.w * w3;
      s7 += p7.x * w0 + p7.y * w1 + p7.z * w2 + p7.w * w3;
    }
    aLow += aStep;
    aHigh += aStep;
    wAt += vec4<u32>(wStep);
  }
  store(batch, m, n, s0);
  store(batch, m + 1, n, s1);
  store(batch, m + 2, n, s2);
  store(batch, m + 3, n, s3);
  store(batch, m + 4, n, s4);
  store(batch, m + 5, n, s5);
  store(batch, m + 6, n, s6);
  store(batch, m + 7, n, s7);
}
