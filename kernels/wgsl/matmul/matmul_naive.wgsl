// matmul, the reference    out[b, m, n] = Σₖ a[b, m, k] · w[b, k, n]
// One invocation per output element: the definition, and what the fast kernel is checked against.
// a and w are read through their strides, so a transposed or broadcast view needs no copy; out is row-major.
// Products are added up in Compute, f32 also where Element is f16.

override WORKGROUP: u32 = 64;

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
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Element>;
@group(0) @binding(2) var<storage, read> w: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let n = workgroup.x * WORKGROUP + local;
  let m = workgroup.y;
  let batch = workgroup.z;
  if (n >= params.N) { return; }
  var total = Compute(0);
  for (var k = 0u; k < params.K; k++) {
    total += Compute(a[params.aOffset + batch * params.aBatch + m * params.aRow + k * params.aCol])
           * Compute(w[params.wOffset + batch * params.wBatch + k * params.wRow + n * params.wCol]);
  }
  out[(batch * params.M + m) * params.N + n] = Element(total);
}
