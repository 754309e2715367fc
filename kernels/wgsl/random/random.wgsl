// random    UNIFORM: out[i] = a + (b − a) · u₀          u in [0, 1)
//           NORMAL:  out[i] = a + b · √(−2 ln(1 − u₀)) · cos 2πu₁   (Box and Muller 1958)
//           INTEGER: out[i] = low + ⌊range · w / 2⁶⁴⌋, w both words as one number of 64 bits; low + w₀ where range is 0
// The words w₀ and w₁ come from Threefry-2x32 with 20 rounds (Salmon et al. 2011): a pure function of (key, counter), so
// element i is the same on every adapter, up to rounding. One invocation per element.
// u has as many bits as Element holds exactly, DIGITS. A sum that rounds up to b gives a: the interval stays half open.
// No number of INTEGER is likelier than another by more than range / 2⁶⁴.

override WORKGROUP: u32 = 64;
override KIND: u32 = 0;
override DIGITS: u32 = 24;

alias Element = f32;

const UNIFORM: u32 = 0;
const NORMAL: u32 = 1;
const INTEGER: u32 = 2;

struct Params {
  key0: u32,
  key1: u32,
  stream: u32,
  a: f32,
  b: f32,
  low: u32,
  range: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<Element>;

fn rotate(v: u32, bits: u32) -> u32 { return (v << bits) | (v >> (32 - bits)); }

fn mix(x: vec2<u32>, bits: u32) -> vec2<u32> {
  let sum = x.x + x.y;
  return vec2<u32>(sum, rotate(x.y, bits) ^ sum);
}

fn threefry(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {
  let k2 = 0x1BD11BDAu ^ key.x ^ key.y;
  var x = counter + key;
  x = mix(mix(mix(mix(x, 13), 15), 26), 6) + vec2<u32>(key.y, k2 + 1);
  x = mix(mix(mix(mix(x, 17), 29), 16), 24) + vec2<u32>(k2, key.x + 2);
  x = mix(mix(mix(mix(x, 13), 15), 26), 6) + vec2<u32>(key.x, key.y + 3);
  x = mix(mix(mix(mix(x, 17), 29), 16), 24) + vec2<u32>(key.y, k2 + 4);
  x = mix(mix(mix(mix(x, 13), 15), 26), 6) + vec2<u32>(k2, key.x + 5);
  return x;
}

// The upper bits, exactly representable: 0 ≤ u < 1. The factor is 2^−DIGITS by its bits: WGSL lets a quotient be inexact.
fn unit(bits: u32) -> f32 { return f32(bits >> (32 - DIGITS)) * bitcast<f32>((127 - DIGITS) << 23); }

// log(1 − u), 0 ≤ u < 1. Below ½ it is 2 artanh(s), s = −u / (2 − u): 2(s + s³/3 + s⁵/5 + …); WGSL lets log() be wrong by
// 2⁻²¹ near 1, even above 0, where the root would be NaN.
fn logarithmOfRest(u: f32) -> f32 {
  let s = -u / (2.0 - u);
  let q = s * s;
  var p = 1.0 / 15.0;
  p = p * q + 1.0 / 13.0;
  p = p * q + 1.0 / 11.0;
  p = p * q + 1.0 / 9.0;
  p = p * q + 1.0 / 7.0;
  p = p * q + 0.2;
  p = p * q + 1.0 / 3.0;
  return select(log(1.0 - u), 2.0 * (s + s * q * p), u < 0.5);
}

// cos 2πu: the nearest quarter turn is taken off, exactly, then Taylor's series on ±π/4. WGSL's cos() may be wrong by 2⁻¹¹.
fn cosineOfTurns(u: f32) -> f32 {
  let k = round(4.0 * u);
  let r = (4.0 * u - k) * 1.5707963267948966;
  let q = r * r;
  let s = r + r * q * (-1.0 / 6.0 + q * (1.0 / 120.0 + q * (-1.0 / 5040.0 + q * (1.0 / 362880.0))));
  let c = 1.0 - 0.5 * q + q * q * (1.0 / 24.0 + q * (-1.0 / 720.0 + q * (1.0 / 40320.0 - q * (1.0 / 3628800.0))));
  let quarter = u32(k) & 3;
  let value = select(c, s, (quarter & 1) == 1);
  return select(value, -value, quarter == 1 || quarter == 2);
}

// The upper 32 bits of a product, from those of its halves of 16.
fn upper(v: u32, w: u32) -> u32 {
  let low = (v & 0xffff) * (w & 0xffff);
  let middle = (v >> 16) * (w & 0xffff) + (low >> 16);
  let other = (v & 0xffff) * (w >> 16) + (middle & 0xffff);
  return (v >> 16) * (w >> 16) + (middle >> 16) + (other >> 16);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let bits = threefry(vec2<u32>(params.key0, params.key1), vec2<u32>(i, params.stream));
  if (KIND == INTEGER) {
    if (params.range == 0) { out[i] = Element(params.low + bits.x); return; }
    let carry = upper(params.range, bits.y);
    let sum = params.range * bits.x + carry;
    let drawn = upper(params.range, bits.x) + select(0u, 1u, sum < carry);
    out[i] = Element(params.low + drawn);
  } else if (KIND == NORMAL) {
    let radius = sqrt(-2.0 * logarithmOfRest(unit(bits.x)));
    out[i] = Element(params.a + params.b * radius * cosineOfTurns(unit(bits.y)));
  } else {
    let v = Element(params.a + (params.b - params.a) * unit(bits.x));
    out[i] = select(v, Element(params.a), v >= Element(params.b));
  }
}
