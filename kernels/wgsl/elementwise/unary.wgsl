// unary    out[i] = f(x[i]), f chosen by OP
// One invocation per four neighbouring elements; x may be any strided view, out is row-major.
// QUADS: the four lie on one axis, so one walk through the strides finds them. X_FOURS: they also lie side by side
// and are fetched as one vec4 (the buffer is bound a second time under that type).
// Arithmetic is done in Compute: f32 for f16. FLOAT says that Compute is f32: only then do bits tell NaN and infinity.
//
// What keeps the numbers safe, all in f32:
// - Functions that WGSL defines loosely (sin, atan, …) or not at all (erf, expm1, …) are series after a reduction of the argument.
// - exp() only ever sees arguments that cannot overflow where the result must not.
// - NaN comes out as NaN. Compilers may assume there is none, nor infinity, and rearrange sums: bits and fma() prevent it.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override OP: u32 = 0;
override QUADS: bool = false;
override X_FOURS: bool = false;
override FLOAT: bool = true;

alias Element = f32;
alias Compute = f32;
alias Out = f32;

const NEG: u32 = 0;
const NEG_INTEGER: u32 = 1;
const ABS: u32 = 2;
const SIGN: u32 = 3;
const SQUARE: u32 = 4;
const CLAMP: u32 = 5;
const SQRT: u32 = 6;
const RSQRT: u32 = 7;
const RECIPROCAL: u32 = 8;
const EXP: u32 = 9;
const EXPM1: u32 = 10;
const LOG: u32 = 11;
const LOG1P: u32 = 12;
const LOG2: u32 = 13;
const SIN: u32 = 14;
const COS: u32 = 15;
const TAN: u32 = 16;
const ASIN: u32 = 17;
const ACOS: u32 = 18;
const ATAN: u32 = 19;
const SINH: u32 = 20;
const COSH: u32 = 21;
const TANH: u32 = 22;
const SIGMOID: u32 = 23;
const SOFTPLUS: u32 = 24;
const SILU: u32 = 25;
const GELU: u32 = 26;
const GELU_TANH: u32 = 27;
const RELU: u32 = 28;
const LEAKY_RELU: u32 = 29;
const ELU: u32 = 30;
const ERF: u32 = 31;
const ERFINV: u32 = 32;
const FLOOR: u32 = 33;
const CEIL: u32 = 34;
const ROUND: u32 = 35;
const TRUNC: u32 = 36;
// From here on the functions answer questions, and NaN is not passed on (see main).
const IS_NAN: u32 = 37;
const IS_FINITE: u32 = 38;
const LOGICAL_NOT: u32 = 39;
const BITWISE_NOT: u32 = 40;

struct Params {
  // For each axis its length, then the stride of x.
  axes: array<vec4<u32>, 8>,
  offset: u32,
  size: u32,
  // Bits of up to two numbers of type Compute: bounds, a slope.
  a: u32,
  b: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> x4: array<vec4<Element>>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<Out>>;

alias F = vec4<f32>;

// Infinity and NaN from a value that the compiler cannot fold: WGSL forbids constants that are not finite.
fn infinity() -> f32 { return bitcast<f32>(0x7f800000u | (params.size & 0u)); }
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (params.size & 0u)); }

fn magnitude(v: vec4<Compute>) -> vec4<u32> { return bitcast<vec4<u32>>(v) & vec4<u32>(0x7fffffff); }
fn isNaN(v: vec4<Compute>) -> vec4<bool> { return magnitude(v) > vec4<u32>(select(0x7fffffffu, 0x7f800000u, FLOAT)); }

// x + x²/2! + … + x⁸/8! for |x| < ½: the next term is below 2⁻²⁶ of the sum.
fn expm1(x: F) -> F {
  var s = F(1.0 / 40320);
  s = s * x + 1.0 / 5040;
  s = s * x + 1.0 / 720;
  s = s * x + 1.0 / 120;
  s = s * x + 1.0 / 24;
  s = s * x + 1.0 / 6;
  s = s * x + 0.5;
  return select(exp(x) - 1, x + x * x * s, abs(x) < F(0.5));
}

// log(1 + x) = 2 artanh(s), s = x / (2 + x): 2(s + s³/3 + s⁵/5 + …) for |x| ≤ ½, where s² ≤ 1/9.
fn logarithmNear1(x: F) -> F {
  let s = x / (2 + x);
  let q = s * s;
  var p = F(1.0 / 15);
  p = p * q + 1.0 / 13;
  p = p * q + 1.0 / 11;
  p = p * q + 1.0 / 9;
  p = p * q + 1.0 / 7;
  p = p * q + 0.2;
  p = p * q + 1.0 / 3;
  return 2 * (s + s * q * p);
}

// Near 1 WGSL lets log() be wrong by 2⁻²¹, however small it is. IEEE: −∞ at 0, NaN below.
fn logarithm(x: F) -> F {
  let value = select(log(x), logarithmNear1(x - 1), abs(x - 1) <= F(0.5));
  return select(select(value, F(-infinity()), x == F(0)), F(nan()), x < F(0));
}

fn log1p(x: F) -> F { return select(logarithm(1 + x), logarithmNear1(x), abs(x) < F(0.5)); }

// The upper word of a product of 64 bits.
fn upperProduct(a: u32, b: u32) -> u32 {
  let t = (a & 0xffff) * (b & 0xffff);
  let u = (a >> 16) * (b & 0xffff) + (t >> 16);
  let v = (a & 0xffff) * (b >> 16) + (u & 0xffff);
  return (a >> 16) * (b >> 16) + (u >> 16) + (v >> 16);
}

// x = quarter · π/2 + rest for |x| > 2¹², exactly (Payne and Hanek 1983). With x = m · 2ᵉ, m of 24 bits, the product x · 2/π
// modulo 4 needs only the 64 bits of 2/π from bit e − 2 on: those before give multiples of 4, those behind less than 2⁻³⁸.
fn quarterTurns(x: f32) -> vec2<f32> {
  // 2/π behind the binary point, a word of zeros in front.
  var digits = array<u32, 7>(0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041);
  let bits = bitcast<u32>(abs(x));
  let m = (bits & 0x7fffff) | 0x800000;
  let first = min(bits >> 23, 254u) - 120; // e − 2 + 32 with e = exponent − 150
  let at = first / 32;
  let shift = first % 32;
  let back = 31 - shift;
  let high = (digits[at] << shift) | ((digits[at + 1] >> 1) >> back);
  let low = (digits[at + 1] << shift) | ((digits[at + 2] >> 1) >> back);
  // In units of 2⁻⁶² quarter turns, modulo 4 quarters.
  let upper = m * high + upperProduct(m, low);
  let quarter = (upper + 0x20000000) >> 30;
  let rest = f32(bitcast<i32>((upper << 2) | ((m * low) >> 30))) * 3.6572952e-10; // π/2 · 2⁻³²
  return select(vec2<f32>(f32(quarter), rest), vec2<f32>(-f32(quarter), -rest), x < 0);
}

// Sine (or, with shift 1, cosine) of x: the multiple of π/2 nearest to x is taken off, up to 2¹² in three parts, the first two
// of so few bits that their products with k are exact; then Taylor's series on ±π/4.
fn sine(x: F, shift: i32) -> F {
  let k = round(x * 0.6366197723675814);
  var r = fma(-k, F(7.54978995489188216e-8), fma(-k, F(4.837512969970703125e-4), fma(-k, F(1.5703125), x)));
  var turns = k;
  for (var i = 0; i < 4; i++) {
    if (abs(x[i]) > 4096) {
      let far = quarterTurns(x[i]);
      turns[i] = far.x;
      r[i] = far.y;
    }
  }
  let q = r * r;
  var s = F(1.0 / 362880);
  s = s * q - 1.0 / 5040;
  s = s * q + 1.0 / 120;
  s = s * q - 1.0 / 6;
  s = r + r * q * s;
  var c = F(-1.0 / 3628800);
  c = c * q + 1.0 / 40320;
  c = c * q - 1.0 / 720;
  c = c * q + 1.0 / 24;
  c = 1 - 0.5 * q + q * q * c;
  let quarter = (vec4<i32>(turns) + shift) & vec4<i32>(3);
  let value = select(s, c, (quarter & vec4<i32>(1)) == vec4<i32>(1));
  return select(select(value, -value, quarter > vec4<i32>(1)), F(nan()), (bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffff)) >= vec4<u32>(0x7f800000));
}

// |x| > 1 by π/2 − atan(1/|x|), then above tan(π/8) by π/4 + atan((t − 1)/(t + 1)), then t − t³/3 + t⁵/5 − ….
fn arctangent(x: F) -> F {
  let a = abs(x);
  let inverted = a > F(1);
  let t = select(a, 1 / a, inverted);
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
  let angle = u + u * q * s + select(F(0), F(0.7853981633974483), shifted);
  let positive = select(angle, 1.5707963267948966 - angle, inverted);
  return select(positive, -positive, x < F(0));
}

// Half the chord's angle; exact at ±1, where the quotient would divide by 0. NaN outside [−1, 1].
fn arccosine(x: F) -> F {
  let angle = 2 * arctangent(sqrt(max(1 - x, F(0)) / (1 + x)));
  return select(select(angle, F(3.1415926535897932), x == F(-1)), F(nan()), abs(x) > F(1));
}

fn arcsine(x: F) -> F {
  let angle = 2 * arctangent(x / (1 + sqrt(max((1 - x) * (1 + x), F(0)))));
  return select(angle, F(nan()), abs(x) > F(1));
}

// eˣ − e⁻ˣ would lose its digits below 1: there x + x³/3! + … + x¹¹/11!. e^(x/2) squared reaches as far as f32.
fn hyperbolicSine(x: F) -> F {
  let q = x * x;
  var s = F(1.0 / 39916800);
  s = s * q + 1.0 / 362880;
  s = s * q + 1.0 / 5040;
  s = s * q + 1.0 / 120;
  s = s * q + 1.0 / 6;
  let g = 0.7071067811865476 * exp(0.5 * abs(x));
  let large = sign(x) * (g * g - 0.25 / (g * g));
  return select(large, x + x * q * s, abs(x) < F(1));
}

fn hyperbolicCosine(x: F) -> F {
  let g = 0.7071067811865476 * exp(0.5 * abs(x));
  return g * g + 0.25 / (g * g);
}

// (1 − e) / (1 + e) with e = exp(−2|x|), which cannot overflow; 1 − e would lose digits near 0.
fn hyperbolicTangent(x: F) -> F {
  let m = expm1(-2 * abs(x));
  return -sign(x) * m / (2 + m);
}

fn sigmoid(x: F) -> F {
  let e = exp(-abs(x));
  return select(e, F(1), x >= F(0)) / (1 + e);
}

// 1 − erf(z) for z ≥ 0, by a Chebyshev fit good to 1.2e-7 relative (Press et al., Numerical Recipes, §6.2).
fn complementaryErrorFunction(z: F) -> F {
  let t = 1 / (1 + 0.5 * z);
  var p = F(0.17087277);
  p = p * t - 0.82215223;
  p = p * t + 1.48851587;
  p = p * t - 1.13520398;
  p = p * t + 0.27886807;
  p = p * t - 0.18628806;
  p = p * t + 0.09678418;
  p = p * t + 0.37409196;
  p = p * t + 1.00002368;
  p = p * t - 1.26551223;
  return t * exp(p - z * z);
}

// Below ½ the series 2/√π (x − x³/3 + x⁵/10 − x⁷/42 + x⁹/216 − x¹¹/1320).
fn errorFunction(x: F) -> F {
  let q = x * x;
  var s = F(-1.0 / 1320);
  s = s * q + 1.0 / 216;
  s = s * q - 1.0 / 42;
  s = s * q + 0.1;
  s = s * q - 1.0 / 3;
  let small = 1.1283791670955126 * (x + x * q * s);
  let large = sign(x) * (1 - complementaryErrorFunction(min(abs(x), F(10))));
  return select(large, small, abs(x) < F(0.5));
}

// x times a polynomial in w = −log(1 − x²), or in √w near ±1, where 1 − x² is a product so that no digit is lost: fits good to
// 4e-7 relative (Giles 2011, "Approximating the erfinv function").
fn inverseErrorFunction(x: F) -> F {
  let w = -log(max((1 - x) * (1 + x), F(1e-30)));
  let near = w - 2.5;
  var p = F(2.81022636e-08);
  p = p * near + 3.43273939e-07;
  p = p * near - 3.5233877e-06;
  p = p * near - 4.39150654e-06;
  p = p * near + 0.00021858087;
  p = p * near - 0.00125372503;
  p = p * near - 0.00417768164;
  p = p * near + 0.246640727;
  p = p * near + 1.50140941;
  let far = sqrt(max(w, F(5))) - 3;
  var q = F(-0.000200214257);
  q = q * far + 0.000100950558;
  q = q * far + 0.00134934322;
  q = q * far - 0.00367342844;
  q = q * far + 0.00573950773;
  q = q * far - 0.0076224613;
  q = q * far + 0.00943887047;
  q = q * far + 1.00167406;
  q = q * far + 2.83297682;
  let inside = x * select(q, p, w < F(5));
  let atEnds = select(inside, sign(x) * infinity(), abs(x) == F(1));
  return select(atEnds, F(nan()), abs(x) > F(1));
}

// x Φ(x) = x/2 · erfc(−x/√2): for negative x the small tail itself, not 1 minus something near 1.
fn gelu(x: F) -> F {
  let z = x * 0.7071067811865476;
  let tail = 0.5 * complementaryErrorFunction(min(abs(z), F(10)));
  let near = 0.5 + 0.5 * errorFunction(z);
  let far = select(tail, 1 - tail, x > F(0));
  // −0 · ∞ is NaN: far below 0 the result is 0.
  return select(x, F(0), x < F(-14)) * select(far, near, abs(z) < F(0.5));
}

fn geluTanh(x: F) -> F {
  return select(x, F(0), x < F(-14)) * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)); // ½(1 + tanh u) = σ(2u)
}

fn apply(v: vec4<Compute>) -> vec4<Out> {
  let x = F(v);
  let a = bitcast<Compute>(params.a);
  let b = bitcast<Compute>(params.b);
  switch OP {
    case NEG: { return vec4<Out>(-x); }
    case NEG_INTEGER: { return vec4<Out>(vec4<Compute>(0) - v); }
    case ABS: { return vec4<Out>(abs(v)); }
    case SIGN: { return vec4<Out>(sign(x)); }
    case SQUARE: { return vec4<Out>(v * v); }
    case CLAMP: { return vec4<Out>(min(max(v, vec4<Compute>(a)), vec4<Compute>(b))); }
    case SQRT: { return vec4<Out>(select(sqrt(x), F(nan()), x < F(0))); }
    case RSQRT: { return vec4<Out>(select(1 / sqrt(x), F(nan()), x < F(0))); }
    case RECIPROCAL: { return vec4<Out>(1 / x); }
    case EXP: { return vec4<Out>(exp(x)); }
    case EXPM1: { return vec4<Out>(expm1(x)); }
    case LOG: { return vec4<Out>(logarithm(x)); }
    case LOG1P: { return vec4<Out>(log1p(x)); }
    case LOG2: { return vec4<Out>(logarithm(x) * 1.4426950408889634); }
    case SIN: { return vec4<Out>(sine(x, 0)); }
    case COS: { return vec4<Out>(sine(x, 1)); }
    case TAN: { return vec4<Out>(sine(x, 0) / sine(x, 1)); }
    case ASIN: { return vec4<Out>(arcsine(x)); }
    case ACOS: { return vec4<Out>(arccosine(x)); }
    case ATAN: { return vec4<Out>(arctangent(x)); }
    case SINH: { return vec4<Out>(hyperbolicSine(x)); }
    case COSH: { return vec4<Out>(hyperbolicCosine(x)); }
    case TANH: { return vec4<Out>(hyperbolicTangent(x)); }
    case SIGMOID: { return vec4<Out>(sigmoid(x)); }
    case SOFTPLUS: { // log(1 + e^βx) / β
      let z = x * f32(a);
      return vec4<Out>((max(z, F(0)) + log1p(exp(-abs(z)))) / f32(a));
    }
    case SILU: { return vec4<Out>(select(x, F(0), x < F(-104)) * sigmoid(x)); }
    case GELU: { return vec4<Out>(gelu(x)); }
    case GELU_TANH: { return vec4<Out>(geluTanh(x)); }
    case RELU: { return vec4<Out>(select(v, vec4<Compute>(0), v < vec4<Compute>(0))); }
    case LEAKY_RELU: { return vec4<Out>(select(x, x * f32(a), x < F(0))); }
    case ELU: { return vec4<Out>(select(x, f32(a) * expm1(x), x < F(0))); }
    case ERF: { return vec4<Out>(errorFunction(x)); }
    case ERFINV: { return vec4<Out>(inverseErrorFunction(x)); }
    case FLOOR: { return vec4<Out>(floor(x)); }
    case CEIL: { return vec4<Out>(ceil(x)); }
    case ROUND: { return vec4<Out>(round(x)); }
    case TRUNC: { return vec4<Out>(trunc(x)); }
    case IS_NAN: { return vec4<Out>(isNaN(v)); }
    case IS_FINITE: { return vec4<Out>(magnitude(v) < vec4<u32>(select(0xffffffffu, 0x7f800000u, FLOAT))); }
    case LOGICAL_NOT: { return vec4<Out>((v == vec4<Compute>(0)) & !isNaN(v)); }
    case BITWISE_NOT: { return vec4<Out>(~vec4<u32>(v)); }
    default: { return vec4<Out>(); }
  }
}

// Where element i of x lies: its row-major index is taken apart along the axes, innermost first.
fn place(i: u32) -> u32 {
  var rest = i;
  var at = params.offset;
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.y;
    rest /= step.x;
  }
  return at + rest * params.axes[0].y;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (4 * i >= params.size) { return; }
  let at = place(4 * i);
  var v: vec4<Compute>;
  if (X_FOURS) {
    v = vec4<Compute>(x4[at / 4]);
  } else if (QUADS) {
    let step = params.axes[RANK - 1].y;
    v = vec4<Compute>(vec4<Element>(x[at], x[at + step], x[at + 2 * step], x[at + 3 * step]));
  } else {
    v = vec4<Compute>(vec4<Element>(x[at], x[place(4 * i + 1)], x[place(4 * i + 2)], x[place(4 * i + 3)]));
  }
  var y = apply(v);
  if (FLOAT && OP < IS_NAN) { y = select(y, vec4<Out>(v), isNaN(v)); }
  out[i] = y;
}
