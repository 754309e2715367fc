// negative log-likelihood    losses[r] = −w[t] x[r, t],   t = targets[r], w = 1 where there is no weight
//                            counted[r] = w[t]: what a mean divides by
// x is (outer, cols, inner); a row runs along the middle axis, in steps of `inner`. One invocation per row.
// A row whose target is ignoreIndex counts nothing. A target outside 0 … cols − 1 gives NaN, which no loss can hide.

override WORKGROUP: u32 = 64;
override WEIGHTED: bool = false;

alias Element = f32;
alias Compute = f32;
alias Weight = f32;

struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  ignoreIndex: i32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> targets: array<i32>;
@group(0) @binding(3) var<storage, read> weight: array<Weight>;
@group(0) @binding(4) var<storage, read_write> losses: array<f32>;
@group(0) @binding(5) var<storage, read_write> counted: array<f32>;

// NaN from a value that the compiler cannot fold: WGSL forbids constants that are not finite.
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (params.rows & 0u)); }

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (row >= params.rows) { return; }
  let t = targets[row];
  let isIgnored = t == params.ignoreIndex;
  let isClass = t >= 0 && t < i32(params.cols);
  let chosen = select(0u, u32(t), isClass);
  let base = (row / params.inner) * params.cols * params.inner + row % params.inner;
  var w = 1.0;
  if (WEIGHTED) { w = f32(weight[chosen]); }
  let loss = -w * Compute(x[base + chosen * params.inner]);
  losses[row] = select(select(nan(), loss, isClass), 0.0, isIgnored);
  counted[row] = select(select(nan(), w, isClass), 0.0, isIgnored);
}
