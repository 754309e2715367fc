// matmul    out[b, m, n] = Σₖ a[b, m, k] · w[b, k, n]   (+ c[m, n] where BIAS)
// One invocation holds 8 rows × 4 columns of out in registers: 8 + 4 loads feed 32 multiply-adds.
// Rows and batch come from the workgroup alone, so the 8 loads of a are the same for all its invocations; the four
// columns of an invocation lie WORKGROUP apart, so neighbours read neighbouring columns of w. No shared memory, no barrier.
// Every operand is read through its strides: transposed and broadcast views need no copy; out is row-major.
// Rows and columns beyond the edge are clamped to the last one when loaded and not stored.
// Products are added up in Compute, f32 also where Element is f16: an f16 sum would lose digits after a few hundred steps.

override WORKGROUP: u32 = 16;
override BIAS: bool = false;

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
  wRow: u32,
  wCol: u32,
  cOffset: u32,
  cRow: u32,
  cCol: u32,
  // Where this dispatch begins, in tiles of 8 rows and in matrices of the stack.
  firstTile: u32,
  firstBatch: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Element>;
@group(0) @binding(2) var<storage, read> w: array<Element>;
@group(0) @binding(3) var<storage, read> c: array<Element>;
@group(0) @binding(4) var<storage, read_write> out: array<Element>;

fn initial(m: u32, n: vec4<u32>) -> vec4<Compute> {
  if (!BIAS) { return vec4<Compute>(); }
  let at = params.cOffset + min(m, params.M - 1) * params.cRow + n * params.cCol;
  return vec4<Compute>(vec4<Element>(c[at.x], c[at.y], c[at.z], c[at.w]));
}

fn store(batch: u32, m: u32, n: vec4<u32>, v: vec4<Compute>) {
  if (m >= params.M) { return; }
  let row = (batch * params.M + m) * params.N;
  if (n.x < params.N) { out[row + n.x] = Element(v.x); }
  if (n.y < params.N) { out[row + n.y] = Element(v.y); }
  if (n.z < params.N) { out[row + n.z] = Element(v.z); }
  if (n.w < params.N) { out[row + n.w] = Element(v.w); }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let batch = params.firstBatch + workgroup.z;
  let m = (params.firstTile + workgroup.y) * 8;
  let n = workgroup.x * 4 * WORKGROUP + local + vec4<u32>(0, 1, 2, 3) * WORKGROUP;
  let last = params.M - 1;
  let nLoad = min(n, vec4<u32>(params.N - 1));

  let a0 = params.aOffset + batch * params.aBatch + m * params.aRow;
  let a1 = a0 + min(1, last - m) * params.aRow;
  let a2 = a0 + min(2, last - m) * params.aRow;
  let a3 = a0 + min(3, last - m) * params.aRow;
  let a4 = a0 + min(4, last - m) * params.aRow;
  let a5 = a0 + min(5, last - m) * params.aRow;
  let a6 = a0 + min(6, last - m) * params.aRow;
  let a7 = a0 + min(7, last - m) * params.aRow;
  var at = params.wOffset + batch * params.wBatch + nLoad * params.wCol;

  var s0 = initial(m, nLoad);
  var s1 = initial(m + 1, nLoad);
  var s2 = initial(m + 2, nLoad);
  var s3 = initial(m + 3, nLoad);
  var s4 = initial(m + 4, nLoad);
  var s5 = initial(m + 5, nLoad);
  var s6 = initial(m + 6, nLoad);
  var s7 = initial(m + 7, nLoad);
  for (var k = 0u; k < params.K; k++) {
    let v = vec4<Compute>(vec4<Element>(w[at.x], w[at.y], w[at.z], w[at.w]));
    let step = k * params.aCol;
    s0 += Compute(a[a0 + step]) * v;
    s1 += Compute(a[a1 + step]) * v;
    s2 += Compute(a[a2 + step]) * v;
    s3 += Compute(a[a3 + step]) * v;
    s4 += Compute(a[a4 + step]) * v;
    s5 += Compute(a[a5 + step]) * v;
    s6 += Compute(a[a6 + step]) * v;
    s7 += Compute(a[a7 + step]) * v;
    at += vec4<u32>(params.wRow);
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
