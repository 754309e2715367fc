// non_finite    counts[slot] += NaNs in x,   counts[slot + 1] += infinities in x
// One invocation a 32-bit word of x; a workgroup adds up its own counts first and writes them only if there are any.
// Numbers are told by their bits, since WGSL lets a compiler assume that there is no NaN: all exponent bits set, and a
// fraction (NaN) or none (±Inf). Counts are integers, so that their order does not matter.

override WORKGROUP: u32 = 64;
override HALVES: u32 = 0; // 1: a word holds two f16, the first in its low bits

struct Params {
  size: u32, // numbers in x
  slot: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;

var<workgroup> nan: atomic<u32>;
var<workgroup> inf: atomic<u32>;

fn count(bits: u32, infinity: u32) {
  if (bits > infinity) { atomicAdd(&nan, 1u); }
  if (bits == infinity) { atomicAdd(&inf, 1u); }
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (HALVES == 0) {
    if (index < params.size) { count(x[index] & 0x7fffffffu, 0x7f800000u); }
  } else {
    if (2 * index < params.size) { count(x[index] & 0x7fffu, 0x7c00u); }
    if (2 * index + 1 < params.size) { count((x[index] >> 16) & 0x7fffu, 0x7c00u); }
  }
  workgroupBarrier();
  if (local == 0) {
    let found = vec2<u32>(atomicLoad(&nan), atomicLoad(&inf));
    if (found.x > 0) { atomicAdd(&counts[params.slot], found.x); }
    if (found.y > 0) { atomicAdd(&counts[params.slot + 1], found.y); }
  }
}
