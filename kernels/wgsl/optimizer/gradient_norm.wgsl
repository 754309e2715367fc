// Sums of squares of all gradients of an arena, for the norm that an optimizer clips by:
//   state[2 + firstPartial + w] = Σ clamp(g, ±clipValue)²   over the blocks of workgroup w
// An arena is divided into blocks of 64 × vec4, each of one parameter; what fills up a parameter's last block is 0.
// Blocks of parameters without a gradient are left out: they still hold an earlier one.
// A sum with a gradient that is not finite is stored as the bits of ∞: the kernel that steps tests them and does nothing.
// One of at most 64 workgroups takes every 64th group of four blocks; always the same additions in the same order.

override WORKGROUP: u32 = 256;

const EXPONENT: u32 = 0x7f800000u; // all ones: ∞ or NaN

struct Params {
  blocks: u32,
  firstPartial: u32,
  clipValue: f32, // 0: no limit
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4<u32>>; // the bits of f32
// For each block its parameter, then for each parameter its group, or IDLE.
@group(0) @binding(2) var<storage, read> table: array<u32>;
@group(0) @binding(3) var<storage, read_write> state: array<u32>;

const IDLE: u32 = 0xffffffffu;

var<workgroup> sums: array<f32, WORKGROUP>;
var<workgroup> infinite: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let together = WORKGROUP / 64u; // blocks
  var sum = 0.0;
  var isInfinite = 0u;
  for (
    var block = workgroup.x * together + local / 64u;
    block < params.blocks;
    block += workgroups.x * together
  ) {
    if (table[params.blocks + table[block]] == IDLE) { continue; }
    let bits = gradient[block * 64u + local % 64u];
    if (any((bits & vec4(EXPONENT)) == vec4(EXPONENT))) {
      isInfinite = 1u;
      continue;
    }
    var g = bitcast<vec4<f32>>(bits);
    if (params.clipValue > 0.0) { g = clamp(g, vec4(-params.clipValue), vec4(params.clipValue)); }
    sum += dot(g, g);
  }
  sums[local] = sum;
  infinite[local] = isInfinite;
  for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (local < width) {
      sums[local] += sums[local + width];
      infinite[local] |= infinite[local + width];
    }
  }
  if (local == 0u) {
    state[2u + params.firstPartial + workgroup.x] = select(bitcast<u32>(sums[0]), EXPONENT, infinite[0] == 1u);
  }
}
