// reduce    out[o, k, i] = f over r in part k of x[o, r, i],   f = Σ, Π, max, min, any, all or log Σ exp
// x is (outer, length, inner), row-major. One invocation per output walks CHUNK-long part k of the middle axis;
// an axis too long even for reduce_long.wgsl is cut in parts so that many invocations share the work, and a second call folds
// the parts.
// Sums and products are made of runs of 256, so that their error does not grow with the length of the axis; the order
// depends on the shape alone, so a result is the same at every run.
// NaN is told by its bits, which the compiler may assume absent: FLOAT says that Compute is f32. log Σ exp takes out the
// largest number first, which keeps exp() from overflowing.
// Elements become Compute (f32 for f16, i32 for a sum of bool); any and all ask whether they are not 0, as NaN is not.

override WORKGROUP: u32 = 64;
override OP: u32 = 0;
override FLOAT: bool = true;

alias Element = f32;
alias Compute = f32;
alias Out = f32;

const SUM: u32 = 0;
const PROD: u32 = 1;
const MAX: u32 = 2;
const MIN: u32 = 3;
const ANY: u32 = 4;
const ALL: u32 = 5;
const LOG_SUM_EXP: u32 = 6;

const RUN: u32 = 256;

struct Params {
  length: u32,
  inner: u32,
  chunk: u32,
  parts: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Out>;

fn isNaN(v: Compute) -> bool { return FLOAT && (bitcast<u32>(v) & 0x7fffffff) > 0x7f800000; }

// Infinity from a value that the compiler cannot fold: WGSL forbids constants that are not finite.
fn infinity() -> f32 { return bitcast<f32>(0x7f800000u | (params.size & 0u)); }

fn load(i: u32) -> Compute {
  let v = x[i];
  if (OP != ANY && OP != ALL) { return Compute(v); }
  return Compute(v != 0 || (FLOAT && (bitcast<u32>(f32(v)) & 0x7fffffff) > 0x7f800000));
}

fn combine(v: Compute, w: Compute) -> Compute {
  if (OP == SUM) { return v + w; }
  if (OP == PROD) { return v * w; }
  if (isNaN(v)) { return v; }
  if (isNaN(w)) { return w; }
  if (OP == MIN || OP == ALL) { return select(w, v, v <= w); }
  return select(w, v, v >= w);
}

// Of nothing: 0, 1, false, true; max and min start with an element.
fn start(first: u32) -> Compute {
  if (OP == MAX || OP == MIN || OP == LOG_SUM_EXP) { return load(first); }
  return Compute(OP == PROD || OP == ALL);
}

fn logSumExp(base: u32, first: u32, last: u32, largest: f32) -> f32 {
  // Where one number outweighs all, or none weighs anything, the largest is the result; so it is for NaN.
  if ((bitcast<u32>(largest) & 0x7f800000) == 0x7f800000) { return largest; }
  var total = 0.0;
  for (var run = first; run < last; run += RUN) {
    var part = 0.0;
    for (var r = run; r < min(run + RUN, last); r++) { part += exp(f32(x[base + r * params.inner]) - largest); }
    total += part;
  }
  return largest + log(total);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (index >= params.size) { return; }
  let inner = index % params.inner;
  let part = (index / params.inner) % params.parts;
  let outer = index / (params.inner * params.parts);
  let first = part * params.chunk;
  let last = min(first + params.chunk, params.length);
  let base = outer * params.length * params.inner + inner;

  if (OP == LOG_SUM_EXP && first >= last) {
    out[index] = Out(-infinity());
    return;
  }
  var total = start(base + first * params.inner);
  for (var run = first; run < last; run += RUN) {
    var inRun = start(base + run * params.inner);
    for (var r = run; r < min(run + RUN, last); r++) { inRun = combine(inRun, load(base + r * params.inner)); }
    total = combine(total, inRun);
  }
  if (OP == LOG_SUM_EXP) {
    out[index] = Out(logSumExp(base, first, last, f32(total)));
  } else {
    out[index] = Out(total);
  }
}
