// reduce_long    out[o, i] = f over r of x[o, r, i],   f = Σ, Π, max, min, any, all or log Σ exp
// x is (outer, length, inner), row-major, as in reduce.wgsl, with few lines (o, i) that are long. A workgroup takes LINES
// lines that lie side by side; WORKGROUP / LINES invocations share each of them. An invocation walks the line in steps of
// that number, so that those that run together read neighbours; then the first joins what all of them found.
// Sums and products are made of runs of 256 and of parts, so that their error hardly grows with the length of the axis;
// the order depends on the shape alone, so a result is the same at every run.
// NaN is told by its bits, which the compiler may assume absent: FLOAT says that Compute is f32. log Σ exp takes out the
// largest number of the whole line first, which keeps exp() from overflowing.
// Elements become Compute (f32 for f16, i32 for a sum of bool); any and all ask whether they are not 0, as NaN is not.

override WORKGROUP: u32 = 64;
override LINES: u32 = 1;
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
  length: u32, // at least 1
  inner: u32,
  size: u32, // lines
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Out>;

var<workgroup> found: array<Compute, WORKGROUP>;

fn isNaN(v: Compute) -> bool { return FLOAT && (bitcast<u32>(v) & 0x7fffffff) > 0x7f800000; }

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

// What the invocations of a line found, as one: in their order, by the first of them.
fn joined(local: u32) -> Compute {
  var total = found[local];
  for (var i = local + LINES; i < WORKGROUP; i += LINES) { total = combine(total, found[i]); }
  return total;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let sharers = WORKGROUP / LINES;
  let index = (workgroup.y * workgroups.x + workgroup.x) * LINES + local % LINES;
  let line = min(index, params.size - 1);
  let base = line / params.inner * params.length * params.inner + line % params.inner;

  var total = start(base);
  for (var run = local / LINES; run < params.length; run += RUN * sharers) {
    var inRun = start(base + run * params.inner);
    for (var r = run; r < min(run + RUN * sharers, params.length); r += sharers) {
      inRun = combine(inRun, load(base + r * params.inner));
    }
    total = combine(total, inRun);
  }
  found[local] = total;
  workgroupBarrier();
  if (OP != LOG_SUM_EXP) {
    if (local < LINES && index < params.size) { out[index] = Out(joined(local)); }
    return;
  }
  let largest = f32(joined(local % LINES));
  var sum = 0.0;
  for (var run = local / LINES; run < params.length; run += RUN * sharers) {
    var part = 0.0;
    for (var r = run; r < min(run + RUN * sharers, params.length); r += sharers) {
      part += exp(f32(x[base + r * params.inner]) - largest);
    }
    sum += part;
  }
  workgroupBarrier();
  found[local] = Compute(sum);
  workgroupBarrier();
  if (local >= LINES || index >= params.size) { return; }
  for (var i = local + LINES; i < WORKGROUP; i += LINES) { sum += f32(found[i]); }
  // Where one number outweighs all, or none weighs anything, the largest is the result; so it is for NaN.
  let isAll = (bitcast<u32>(largest) & 0x7f800000) == 0x7f800000;
  out[index] = Out(select(largest + log(sum), largest, isAll));
}
