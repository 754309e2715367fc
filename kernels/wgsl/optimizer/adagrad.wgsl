// Adagrad (Duchi et al. 2011), as in PyTorch, on all parameters of an arena at once:
//   g ← sign · clip(g) + weightDecay · θ      s ← s + g²
//   θ ← θ − learningRate / (1 + (t − 1) · rateDecay) · g / (√s + ε)
// Kept for each element: s. Kept for each parameter: t, the steps it has taken.
//
// clip: every g is limited to ±clipValue, then all are scaled by min(1, clipNorm / (‖g‖ + 1e-6)). Each workgroup adds up
// the partial sums of gradient_norm.wgsl itself, all in one order. If one is not finite nothing changes, and it is counted.
//
// An arena is divided into blocks of 64 × vec4, each of one parameter; a workgroup takes some that follow one another,
// every invocation four elements of each. t is read from one list and written to another, by the workgroup of the
// parameter's first block, so that no workgroup reads what another writes; the next step reads that one.

const EXPONENT: u32 = 0x7f800000u; // all ones: ∞ or NaN
const IDLE: u32 = 0xffffffffu; // the group of a parameter without a gradient

struct Params {
  blocks: u32,
  parameters: u32,
  partials: u32,
  turn: u32, // which of the two lists of step counts is read: 0 or 1
  isFirst: u32, // whether norm and skipped steps are written here: in one of all arenas
  clipNorm: f32, // 0: no limit
  clipValue: f32, // 0: no limit
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4<f32>>;
// For each block its parameter, then for each parameter its group, or IDLE.
@group(0) @binding(2) var<storage, read> table: array<u32>;
@group(0) @binding(3) var<storage, read> groups: array<Group>;
// [‖g‖, skipped steps, partial sums …, t of each parameter …, once more …]
@group(0) @binding(4) var<storage, read_write> state: array<u32>;
@group(0) @binding(5) var<storage, read_write> parameter: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> sums: array<vec4<f32>>;

struct Group {
  learningRate: f32,
  rateDecay: f32,
  eps: f32,
  weightDecay: f32,
  sign: f32,
}

// The sum of squares of all gradients; its exponent is all ones where one of them is not finite.
fn sumOfSquares() -> u32 {
  var total = 0.0;
  for (var i = 0u; i < params.partials; i++) {
    let bits = state[2u + i];
    if ((bits & EXPONENT) == EXPONENT) { return EXPONENT; }
    total += bitcast<f32>(bits);
  }
  return bitcast<u32>(total);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let squares = sumOfSquares();
  let isFinite = (squares & EXPONENT) != EXPONENT;
  let norm = sqrt(bitcast<f32>(select(0u, squares, isFinite)));
  let scale = select(1.0, min(1.0, params.clipNorm / (norm + 1e-6)), params.clipNorm > 0.0);
  if (params.isFirst == 1u && workgroup.x == 0u && local == 0u) {
    state[0] = select(0x7fc00000u, bitcast<u32>(norm), isFinite); // NaN
    state[1] += select(1u, 0u, isFinite);
  }
  let read = 2u + params.partials + params.turn * params.parameters;
  let write = 2u + params.partials + (1u - params.turn) * params.parameters;
  let span = (params.blocks + workgroups.x - 1u) / workgroups.x;
  let begin = workgroup.x * span;
  var owner = IDLE;
  var isActive = false;
  var group: Group;
  var rate: f32;
  for (var block = begin; block < min(begin + span, params.blocks); block++) {
    if (table[block] != owner) {
      owner = table[block];
      let index = table[params.blocks + owner];
      isActive = isFinite && index != IDLE;
      let t = state[read + owner] + select(0u, 1u, isActive);
      if (local == 0u && (block == 0u || table[max(block, 1u) - 1u] != owner)) { state[write + owner] = t; }
      if (isActive) {
        group = groups[index];
        rate = group.learningRate / (1.0 + f32(t - 1u) * group.rateDecay);
      }
    }
    if (!isActive) { continue; }
    let i = block * 64u + local;
    var g = gradient[i];
    if (params.clipValue > 0.0) { g = clamp(g, vec4(-params.clipValue), vec4(params.clipValue)); }
    let theta = parameter[i];
    g = group.sign * scale * g + group.weightDecay * theta;
    let s = sums[i] + g * g;
    sums[i] = s;
    parameter[i] = theta - rate * g / (sqrt(s) + group.eps);
  }
}
