// layer norm      out[r, c] = (x[r, c] − μ) s w[c] + b[c],   μ = mean of row r,   s = 1 / √(mean of (x[r, ·] − μ)² + ε)
// rms norm        the same with μ = 0: CENTERED is false
// SCALE_ONLY      out[r] = s
// One workgroup per row; its invocations stride over the columns and fold their parts in a tree. Sums are taken in f32.
// The mean is that of the distances to the row's first element, and the squares are those of the distances to the mean: equal
// elements give exactly 0, and a large offset takes no digits from the rest.

override WORKGROUP: u32 = 64;
override CENTERED: bool = true;
override SCALE_ONLY: bool = false;
override WEIGHTED: bool = false;
override BIASED: bool = false;

alias Element = f32;
alias Compute = f32;
alias Out = f32;

struct Params {
  rows: u32,
  cols: u32,
  eps: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> weight: array<Element>;
@group(0) @binding(3) var<storage, read> bias: array<Element>;
@group(0) @binding(4) var<storage, read_write> out: array<Out>;

var<workgroup> parts: array<f32, WORKGROUP>;

// The sum over all invocations of the workgroup, divided by the columns.
fn meanOf(part: f32, local: u32) -> f32 {
  workgroupBarrier(); // until everybody has read the sum before
  parts[local] = part;
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (local < half) { parts[local] += parts[local + half]; }
  }
  workgroupBarrier();
  return parts[0] / f32(params.cols);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * workgroups.x + workgroup.x;
  if (row >= params.rows) { return; }
  let base = row * params.cols;

  var mean = 0.0;
  if (CENTERED) {
    let first = Compute(x[base]);
    var distances = 0.0;
    for (var c = local; c < params.cols; c += WORKGROUP) { distances += Compute(x[base + c]) - first; }
    mean = first + meanOf(distances, local);
  }
  var squares = 0.0;
  for (var c = local; c < params.cols; c += WORKGROUP) {
    let distance = Compute(x[base + c]) - mean;
    squares += distance * distance;
  }
  let scale = inverseSqrt(meanOf(squares, local) + params.eps);

  if (SCALE_ONLY) {
    if (local == 0) { out[row] = Out(scale); }
    return;
  }
  for (var c = local; c < params.cols; c += WORKGROUP) {
    var y = (Compute(x[base + c]) - mean) * scale;
    if (WEIGHTED) { y *= Compute(weight[c]); }
    if (BIASED) { y += Compute(bias[c]); }
    out[base + c] = Out(y);
  }
}
