// arg_reduce    out[o, k, i] = the r in part k of x[o, r, i] at which x is largest or smallest
// x is (outer, length, inner), row-major. One invocation per output walks CHUNK-long part k of its candidates: at first
// all r of the axis, in a second call (FIRST false) the winners of the parts.
// Of equal elements the first wins; a NaN, told by its bits, wins over every number (FLOAT says that Compute is f32).

override WORKGROUP: u32 = 64;
override OP: u32 = 0;
override FIRST: bool = true;
override FLOAT: bool = true;

alias Element = f32;
alias Compute = f32;

const MAX: u32 = 0;
const MIN: u32 = 1;

struct Params {
  // Of the axis of x.
  length: u32,
  inner: u32,
  // Of the candidates.
  count: u32,
  chunk: u32,
  parts: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> candidates: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<i32>;

fn isNaN(v: Compute) -> bool { return FLOAT && (bitcast<u32>(v) & 0x7fffffff) > 0x7f800000; }

fn isBetter(v: Compute, best: Compute) -> bool {
  if (isNaN(best)) { return false; }
  if (isNaN(v)) { return true; }
  if (OP == MAX) { return v > best; }
  return v < best;
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
  let last = min(first + params.chunk, params.count);

  var best: Compute;
  var winner = 0u;
  for (var c = first; c < last; c++) {
    var r = c;
    if (!FIRST) { r = u32(candidates[(outer * params.count + c) * params.inner + inner]); }
    let v = Compute(x[(outer * params.length + r) * params.inner + inner]);
    if (c == first || isBetter(v, best)) {
      best = v;
      winner = r;
    }
  }
  out[index] = i32(winner);
}
