// reduce    out[o, k, i] = f over r in part k of x[o, r, i],   f = Σ or max
// x is (outer, length, inner), row-major. One invocation per output walks CHUNK-long part k of the middle axis;
// long axes are cut in parts so that many invocations share the work, and a second call folds the parts.
// The order of the additions depends on the shape alone, so a result is the same at every run.

override WORKGROUP: u32 = 64;
override OP: u32 = 0;

const SUM: u32 = 0;
const MAX: u32 = 1;

struct Params {
  length: u32,
  inner: u32,
  chunk: u32,
  parts: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

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

  if (OP == SUM) {
    var total = 0.0;
    for (var r = first; r < last; r++) { total += x[base + r * params.inner]; }
    out[index] = total;
  } else {
    var largest = x[base + first * params.inner];
    for (var r = first + 1; r < last; r++) { largest = max(largest, x[base + r * params.inner]); }
    out[index] = largest;
  }
}
