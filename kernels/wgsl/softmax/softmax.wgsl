// softmax        out[r, c] = exp(x[r, c] − m) / Σ exp(x[r, ·] − m),   m = max of row r
// log-softmax    out[r, c] = x[r, c] − m − log Σ exp(x[r, ·] − m)
// x is (outer, cols, inner); a row runs along the middle axis, in steps of `inner`.
// One workgroup per row; its invocations stride over the columns and fold their parts in a tree.
// Subtracting m first keeps exp() from overflowing. max() of floats may lose NaN, so the largest is found by the order of the
// bits, in which NaN and +∞ come out on top: such a row is all NaN (∞ − ∞), as is one of −∞ alone.

override WORKGROUP: u32 = 64;
override LOG: bool = false;

alias Element = f32;
alias Compute = f32;

struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;

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
  let isFinite = largest > ORDER_OF_MINUS_INFINITY && largest < ORDER_OF_INFINITY;
  // The quiet NaN's bits come from a value the compiler cannot fold: WGSL forbids constant NaN.
  let m = select(bitcast<f32>(0x7fc00000u + (params.rows & 0u)), ordered(largest), isFinite);

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

  let logTotal = log(total);
  for (var c = local; c < params.cols; c += WORKGROUP) {
    let at = base + c * inner;
    let shifted = Compute(x[at]) - m;
    let value = select(exp(max(shifted, -200.0)) / total, shifted - logTotal, LOG);
    out[at] = Element(select(m, value, isFinite));
  }
}
