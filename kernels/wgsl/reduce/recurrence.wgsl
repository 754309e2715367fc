// recurrence    h[o, r, i] = a[o, r, i] · h[o, r − 1, i] + b[o, r, i],   h[o, −1, i] = initial
// Without A a = 1, which makes h the running sum of b; without B b = 0, which makes it the running product of a.
// All are (outer, length, inner), row-major. One invocation per part of a line walks CHUNK elements of the middle axis in
// order; REVERSE walks from the end, and h[r + 1] takes the place of h[r − 1].
// Where there are few lines, long ones are cut in parts:
// 1. ENDS: each part starts at initial and writes only its last h: e from 0 and, without B, p from 1, the product of its a.
// 2. The true ends follow the same recurrence, h = p · h of the part before + e. OF_ENDS: h = 0 gives e itself, since
//    a product of many a may overflow where none of them is infinite, and 0 · ∞ is NaN.
// 3. CARRIED: each part starts at the true end of the part before.
// The order depends on the shape alone, so a result is the same at every run.

override WORKGROUP: u32 = 64;
override A: bool = true;
override B: bool = true;
override REVERSE: bool = false;
override ENDS: bool = false;
override OF_ENDS: bool = false;
override CARRIED: bool = false;

alias Element = f32;
alias Compute = f32;
alias Out = f32;

struct Params {
  length: u32,
  inner: u32,
  chunk: u32,
  parts: u32,
  size: u32,
  // 0 or 1.
  initial: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Element>;
@group(0) @binding(2) var<storage, read> b: array<Element>;
@group(0) @binding(3) var<storage, read> carries: array<Compute>;
@group(0) @binding(4) var<storage, read_write> out: array<Out>;

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

  var h = Compute(params.initial);
  if (CARRIED) {
    if (REVERSE && part + 1 < params.parts) { h = carries[index + params.inner]; }
    if (!REVERSE && part > 0) { h = carries[index - params.inner]; }
  }
  for (var step = first; step < last; step++) {
    let r = select(step, last - 1 - (step - first), REVERSE);
    let i = base + r * params.inner;
    let before = h;
    if (A) { h = Compute(a[i]) * h; }
    if (B) { h += Compute(b[i]); }
    if (OF_ENDS && before == Compute(0)) { h = Compute(b[i]); }
    if (!ENDS) { out[i] = Out(h); }
  }
  if (ENDS) { out[index] = Out(h); }
}
