// binary    out[i] = f(a[i], b[i]), f chosen by OP
// One invocation per four neighbouring elements; a and b may be any strided views, a broadcast axis has stride 0; out is row-major.
// QUADS: the four lie on one axis, so one walk through the strides finds them. A_FOURS, B_FOURS: they also lie side by side
// and are fetched as one vec4 (the buffer is bound a second time under that type).
// A_NUMBER, B_NUMBER: the operand is the one number whose bits are in params.
// Both operands become Compute, the dtype they are promoted to (f32 for f16). FLOAT says that Compute is f32: only then do
// bits tell NaN, which the compiler may assume absent; maximum and the comparisons are told where it is.
// Integer division and overflow follow WGSL: x / 0 = x, x % 0 = 0, sums wrap.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override OP: u32 = 0;
override QUADS: bool = false;
override A_FOURS: bool = false;
override B_FOURS: bool = false;
override A_NUMBER: bool = false;
override B_NUMBER: bool = false;
override FLOAT: bool = true;

alias A = f32;
alias B = f32;
alias Compute = f32;
alias Out = f32;

const ADD: u32 = 0;
const SUB: u32 = 1;
const MUL: u32 = 2;
const DIV: u32 = 3;
const FLOOR_DIVIDE: u32 = 4;
const TRUNC_DIVIDE: u32 = 5;
const REMAINDER: u32 = 6;
const FMOD: u32 = 7;
const POW: u32 = 8;
const POW_INTEGER: u32 = 9;
// These three select, and are told of NaN at the end of main().
const ATAN2: u32 = 10;
const MAXIMUM: u32 = 11;
const MINIMUM: u32 = 12;
// From here on the functions know of NaN by themselves.
const EQ: u32 = 13;
const NE: u32 = 14;
const LT: u32 = 15;
const LE: u32 = 16;
const GT: u32 = 17;
const GE: u32 = 18;
const LOGICAL_AND: u32 = 19;
const LOGICAL_OR: u32 = 20;
const LOGICAL_XOR: u32 = 21;
const BITWISE_AND: u32 = 22;
const BITWISE_OR: u32 = 23;
const BITWISE_XOR: u32 = 24;
const SHIFT_LEFT: u32 = 25;
const SHIFT_RIGHT: u32 = 26;
const SHIFT_RIGHT_SIGNED: u32 = 27;

struct Params {
  // For each axis its length, then the strides of a and b.
  axes: array<vec4<u32>, 8>,
  aOffset: u32,
  bOffset: u32,
  size: u32,
  // Bits of a number of type Compute.
  number: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<A>;
@group(0) @binding(2) var<storage, read> b: array<B>;
@group(0) @binding(3) var<storage, read> a4: array<vec4<A>>;
@group(0) @binding(4) var<storage, read> b4: array<vec4<B>>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4<Out>>;

alias F = vec4<f32>;
alias C = vec4<Compute>;

// Infinity and NaN from a value that the compiler cannot fold: WGSL forbids constants that are not finite.
fn infinity() -> f32 { return bitcast<f32>(0x7f800000u | (params.size & 0u)); }
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (params.size & 0u)); }

fn isNaN(v: C) -> vec4<bool> {
  return (bitcast<vec4<u32>>(v) & vec4<u32>(0x7fffffff)) > vec4<u32>(select(0x7fffffffu, 0x7f800000u, FLOAT));
}

fn isFinite(v: F) -> vec4<bool> {
  return (bitcast<vec4<u32>>(v) & vec4<u32>(0x7fffffff)) < vec4<u32>(0x7f800000);
}

fn isNegative(v: F) -> vec4<bool> { return (bitcast<vec4<u32>>(v) & vec4<u32>(0x80000000)) != vec4<u32>(0); }

// The rest of v / w with the sign of v, exact as in C: long division takes off n · 2ᵏ, the largest that fits, until
// less than n = |w| is left; with s ≤ r ≤ 2s the difference r − s has no rounding.
fn fmod(v: F, w: F) -> F {
  let defined = isFinite(v) & (w != F(0)) & !isNaN(C(w));
  let n = select(F(1), abs(w), defined);
  var r = select(F(0), abs(v), defined);
  // Every step at least halves r, and f32 spans 2²⁷⁷.
  for (var step = 0; step < 280 && any(r >= n); step++) {
    // k from the logarithms, which may be off by one; 2ᵏ, in two factors since k may be 277, from its exponent's bits.
    let k = vec4<u32>(max(log2(r) - log2(n) - 1, F(0)));
    let low = k / 2;
    var s = n * bitcast<F>((low + 127) << vec4<u32>(23)) * bitcast<F>((k - low + 127) << vec4<u32>(23));
    s = select(s, 2 * s, s <= 0.5 * r);
    s = select(s, 2 * s, s <= 0.5 * r);
    r = select(r, r - s, r >= n);
  }
  r = select(F(nan()), r, defined);
  return select(r, -r, isNegative(v));
}

// With the sign of w.
fn remainder(v: F, w: F) -> F {
  let r = fmod(v, w);
  return select(r, r + w, (r != F(0)) & (isNegative(r) != isNegative(w)));
}

fn remainderInteger(v: C, w: C) -> C {
  let r = v % w;
  return select(r, r + w, (r != C(0)) & ((r < C(0)) != (w < C(0))));
}

// ⌊v / w⌋ as Python defines it: from the remainder, so that a quotient near a whole number falls on the right side.
fn floorDivide(v: C, w: C) -> C {
  if (!FLOAT) { return (v - remainderInteger(v, w)) / w; }
  let quotient = F(v) / F(w);
  let r = fmod(F(v), F(w));
  let whole = (F(v) - r) / F(w) - select(F(0), F(1), (r != F(0)) & (isNegative(r) != isNegative(F(w))));
  return C(select(round(whole), quotient, w == C(0)));
}

// The quotient without its fraction, likewise from the remainder.
fn truncDivide(v: F, w: F) -> F {
  let quotient = v / w;
  return select(trunc(quotient), round((v - fmod(v, w)) / w), isFinite(v) & isFinite(w) & (w != F(0)));
}

// vⁿ for whole n in [0, 64) by squaring: exact as long as f32 holds the result.
fn wholePower(v: C, n: vec4<u32>) -> C {
  var power = C(1);
  var square = v;
  for (var bit = 1u; bit < 64; bit <<= 1) {
    power = select(power, power * square, (n & vec4<u32>(bit)) != vec4<u32>(0));
    square *= square;
  }
  return power;
}

// IEEE 754 pow: v⁰ = 1 for every v, even NaN; a negative v has powers at whole numbers only.
fn power(v: F, w: F) -> F {
  let n = abs(w);
  let isWhole = n == trunc(n);
  let half = 0.5 * n;
  let isOdd = isWhole & (half != trunc(half)) & (n < F(16777216));
  let m = abs(v);
  // exp2(w log2 m), kept away from 0 and ∞, whose logarithms WGSL leaves open.
  let inside = (m > F(0)) & isFinite(v);
  var y = exp2(w * log2(select(F(1), m, inside)));
  let whole = F(wholePower(C(m), vec4<u32>(min(n, F(63)))));
  y = select(y, select(whole, 1 / whole, w < F(0)), isWhole & (n < F(64)) & inside);
  let limit = select(F(0), F(infinity()), (m > F(1)) == (w > F(0)));
  y = select(limit, y, inside);
  // |v| to an infinite power.
  y = select(y, select(limit, F(1), m == F(1)), !isFinite(w));
  y = select(y, select(F(nan()), select(y, -y, isOdd), isWhole | !inside), isNegative(v));
  y = select(y, F(nan()), isNaN(C(v)) | isNaN(C(w)));
  return select(y, F(1), (w == F(0)) | (v == F(1)));
}

// Integer powers wrap; negative exponents give 1/v truncated, as in PyTorch.
fn powerInteger(v: C, w: C) -> C {
  var power = C(1);
  var square = v;
  let n = vec4<u32>(w);
  for (var bit = 0u; bit < 31; bit++) {
    power = select(power, power * square, (n & vec4<u32>(1u << bit)) != vec4<u32>(0));
    square *= square;
  }
  let odd = (n & vec4<u32>(1)) != vec4<u32>(0);
  let inverse = select(select(C(0), select(C(1), v, odd), v * v == C(1)), C(1), v == C(1));
  return select(power, inverse, w < C(0));
}

// The angle of the point (w, v): atan of the smaller over the larger coordinate, then the octant.
fn arctangent2(v: F, w: F) -> F {
  let far = F(3.4028234e38);
  let bothInfinite = (abs(v) > far) & (abs(w) > far);
  let y = select(abs(v), F(1), bothInfinite);
  let x = select(abs(w), F(1), bothInfinite);
  let t = select(min(x, y) / max(x, y), F(0), max(x, y) == F(0));
  let shifted = t > F(0.4142135623730950);
  let u = select(t, (t - 1) / (t + 1), shifted);
  let q = u * u;
  var s = F(1.0 / 17);
  s = s * q - 1.0 / 15;
  s = s * q + 1.0 / 13;
  s = s * q - 1.0 / 11;
  s = s * q + 1.0 / 9;
  s = s * q - 1.0 / 7;
  s = s * q + 0.2;
  s = s * q - 1.0 / 3;
  var angle = u + u * q * s + select(F(0), F(0.7853981633974483), shifted);
  angle = select(angle, 1.5707963267948966 - angle, y > x);
  angle = select(angle, 3.1415926535897932 - angle, isNegative(w));
  return select(angle, -angle, isNegative(v));
}

fn apply(v: C, w: C) -> vec4<Out> {
  let known = !(isNaN(v) | isNaN(w));
  // NaN is not 0, so it counts as true.
  let p = (v != C(0)) | isNaN(v);
  let q = (w != C(0)) | isNaN(w);
  switch OP {
    case ADD: { return vec4<Out>(v + w); }
    case SUB: { return vec4<Out>(v - w); }
    case MUL: { return vec4<Out>(v * w); }
    case DIV: { return vec4<Out>(F(v) / F(w)); }
    case FLOOR_DIVIDE: { return vec4<Out>(floorDivide(v, w)); }
    case TRUNC_DIVIDE: {
      if (FLOAT) { return vec4<Out>(truncDivide(F(v), F(w))); }
      return vec4<Out>(v / w);
    }
    case REMAINDER: {
      if (FLOAT) { return vec4<Out>(remainder(F(v), F(w))); }
      return vec4<Out>(remainderInteger(v, w));
    }
    case FMOD: {
      if (FLOAT) { return vec4<Out>(fmod(F(v), F(w))); }
      return vec4<Out>(v % w);
    }
    case POW: { return vec4<Out>(power(F(v), F(w))); }
    case POW_INTEGER: { return vec4<Out>(powerInteger(v, w)); }
    case ATAN2: { return vec4<Out>(arctangent2(F(v), F(w))); }
    case MAXIMUM: { return vec4<Out>(select(w, v, v >= w)); }
    case MINIMUM: { return vec4<Out>(select(w, v, v <= w)); }
    case EQ: { return vec4<Out>((v == w) & known); }
    case NE: { return vec4<Out>((v != w) | !known); }
    case LT: { return vec4<Out>((v < w) & known); }
    case LE: { return vec4<Out>((v <= w) & known); }
    case GT: { return vec4<Out>((v > w) & known); }
    case GE: { return vec4<Out>((v >= w) & known); }
    case LOGICAL_AND: { return vec4<Out>(p & q); }
    case LOGICAL_OR: { return vec4<Out>(p | q); }
    case LOGICAL_XOR: { return vec4<Out>(p != q); }
    case BITWISE_AND: { return vec4<Out>(vec4<u32>(v) & vec4<u32>(w)); }
    case BITWISE_OR: { return vec4<Out>(vec4<u32>(v) | vec4<u32>(w)); }
    case BITWISE_XOR: { return vec4<Out>(vec4<u32>(v) ^ vec4<u32>(w)); }
    case SHIFT_LEFT: {
      return vec4<Out>(select(vec4<u32>(v) << (vec4<u32>(w) & vec4<u32>(31)), vec4<u32>(0), vec4<u32>(w) > vec4<u32>(31)));
    }
    case SHIFT_RIGHT: {
      return vec4<Out>(select(vec4<u32>(v) >> (vec4<u32>(w) & vec4<u32>(31)), vec4<u32>(0), vec4<u32>(w) > vec4<u32>(31)));
    }
    case SHIFT_RIGHT_SIGNED: { return vec4<Out>(vec4<i32>(v) >> min(vec4<u32>(w), vec4<u32>(31))); }
    default: { return vec4<Out>(); }
  }
}

// Where element i lies in a and in b: its row-major index is taken apart along the axes, innermost first.
fn place(i: u32) -> vec2<u32> {
  var rest = i;
  var at = vec2<u32>(params.aOffset, params.bOffset);
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.yz;
    rest /= step.x;
  }
  return at + rest * params.axes[0].yz;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (4 * i >= params.size) { return; }
  let p0 = place(4 * i);
  var p1: vec2<u32>;
  var p2: vec2<u32>;
  var p3: vec2<u32>;
  if (QUADS) {
    let step = params.axes[RANK - 1].yz;
    p1 = p0 + step;
    p2 = p1 + step;
    p3 = p2 + step;
  } else {
    p1 = place(4 * i + 1);
    p2 = place(4 * i + 2);
    p3 = place(4 * i + 3);
  }
  var v: C;
  var w: C;
  if (A_NUMBER) { v = C(bitcast<Compute>(params.number)); }
  else if (A_FOURS) { v = C(a4[p0.x / 4]); } else { v = C(vec4<A>(a[p0.x], a[p1.x], a[p2.x], a[p3.x])); }
  if (B_NUMBER) { w = C(bitcast<Compute>(params.number)); }
  else if (B_FOURS) { w = C(b4[p0.y / 4]); } else { w = C(vec4<B>(b[p0.y], b[p1.y], b[p2.y], b[p3.y])); }
  var y = apply(v, w);
  if (FLOAT && OP >= ATAN2 && OP <= MINIMUM) {
    y = select(select(y, vec4<Out>(w), isNaN(w)), vec4<Out>(v), isNaN(v));
  }
  out[i] = y;
}
