// Gradient of the cross entropy, from dLosses:    dx[r, c] = dLosses[r] (a softmax(x)[r, c] − b[c]),   t = targets[r],
//   b[c] = (1 − ε) w[t] [c = t] + ε/cols w[c],   a = Σ b,   ε = smoothing, w = 1 where there is no weight
// The probabilities are computed anew from x: nothing but the op's own inputs is kept for this.
// x is (outer, cols, inner); a row runs along the middle axis, in steps of `inner`.
// One workgroup per row; its invocations stride over the columns and fold their parts in a tree.
// A row whose target is ignoreIndex has gradient 0, whatever else is in it. Elsewhere NaN and infinity make the row NaN, as in
// cross_entropy.wgsl, where the order of the bits is explained; so does a target outside 0 … cols − 1.

override WORKGROUP: u32 = 64;
override WEIGHTED: bool = false;
override SMOOTHED: bool = false;

alias Element = f32;
alias Compute = f32;
alias Weight = f32;

struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  ignoreIndex: i32,
  smoothing: f32,
  // 0 where all rows have one gradient, else 1.
  lossStep: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> weight: array<Weight>;
@group(0) @binding(4) var<storage, read> dLosses: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<Element>;

var<workgroup> orders: array<u32, WORKGROUP>;
var<workgroup> parts: array<f32, WORKGROUP>;

const ORDER_OF_INFINITY = 0xff800000u;
const ORDER_OF_MINUS_INFINITY = 0x007fffffu;

// Whole numbers that are ordered as the floats are, NaN above all; and the way back.
fn order(v: f32) -> u32 {
  let bits = bitcast<u32>(v);
  let ordered = select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
  return select(ordered, 0xffffffffu, (bits & 0x7fffffffu) > 0x7f800000u);
}
fn ordered(n: u32) -> f32 { return bitcast<f32>(select(~n, n & 0x7fffffffu, (n & 0x80000000u) != 0u)); }

// NaN from a value that the compiler cannot fold: WGSL forbids constants that are not finite.
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (params.rows & 0u)); }

fn weightOf(c: u32) -> f32 {
  if (WEIGHTED) { return f32(weight[c]); }
  return 1.0;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * workgroups.x + workgroup.x;
  if (row >= params.rows) { return; }
  let inner = params.inner;
  let base = (row / inner) * params.cols * inner + row % inner;

  var largest = 0u;
  for (var c = local; c < params.cols; c += WORKGROUP) {
    largest = max(largest, order(Compute(x[base + c * inner])));
  }
  orders[local] = largest;
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (local < half) { orders[local] = max(orders[local], orders[local + half]); }
  }
  workgroupBarrier();
  largest = orders[0];
  let m = ordered(largest);

  var total = 0.0;
  for (var c = local; c < params.cols; c += WORKGROUP) {
    // exp(−200) is 0, and −∞ goes no further.
    total += exp(max(Compute(x[base + c * inner]) - m, -200.0));
  }
  parts[local] = total;
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (local < half) { parts[local] += parts[local + half]; }
  }
  workgroupBarrier();
  total = parts[0];

  let t = targets[row];
  let isIgnored = t == params.ignoreIndex;
  let isClass = t >= 0 && t < i32(params.cols);
  let isFinite = largest > ORDER_OF_MINUS_INFINITY && largest < ORDER_OF_INFINITY;
  let chosen = select(0u, u32(t), isClass);
  let atTarget = (1.0 - params.smoothing) * weightOf(chosen);
  let everywhere = params.smoothing / f32(params.cols);
  var a = atTarget;
  if (SMOOTHED) {
    var weights = 0.0;
    for (var c = local; c < params.cols; c += WORKGROUP) { weights += weightOf(c); }
    workgroupBarrier();
    parts[local] = weights;
    for (var half = WORKGROUP / 2; half > 0; half /= 2) {
      workgroupBarrier();
      if (local < half) { parts[local] += parts[local + half]; }
    }
    workgroupBarrier();
    a += everywhere * parts[0];
  }

  let d = dLosses[row * params.lossStep];
  for (var c = local; c < params.cols; c += WORKGROUP) {
    let at = base + c * inner;
    let p = exp(max(Compute(x[at]) - m, -200.0)) / total;
    var b = select(0.0, atTarget, c == chosen);
    if (SMOOTHED) { b += everywhere * weightOf(c); }
    let gradient = select(nan(), d * (a * p - b), isClass && isFinite);
    dx[at] = Element(select(gradient, 0.0, isIgnored));
  }
}
