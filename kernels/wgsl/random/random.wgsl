// random    uniform: out[i] = a + (b − a) · u₀          u in [0, 1)
//           normal:  out[i] = a + b · √(−2 ln(1 − u₀)) · cos 2πu₁   (Box and Muller 1958)
// u₀ and u₁ come from Threefry-2x32 with 20 rounds (Salmon et al. 2011): a pure function of (key, counter), so element i
// is the same on every adapter up to the accuracy of its log and cos. One invocation per element.

override WORKGROUP: u32 = 64;
override NORMAL: bool = false;

struct Params {
  key0: u32,
  key1: u32,
  stream: u32,
  a: f32,
  b: f32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

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

// The upper 24 bits, exactly representable in f32: 0 ≤ u < 1.
fn unit(bits: u32) -> f32 { return f32(bits >> 8) * 0x1p-24f; }

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let bits = threefry(vec2<u32>(params.key0, params.key1), vec2<u32>(i, params.stream));
  if (NORMAL) {
    let radius = sqrt(-2.0 * log(1.0 - unit(bits.x)));
    out[i] = params.a + params.b * radius * cos(6.28318530717958647692 * unit(bits.y));
  } else {
    out[i] = params.a + (params.b - params.a) * unit(bits.x);
  }
}
