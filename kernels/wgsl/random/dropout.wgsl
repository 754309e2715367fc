// dropout    out[i] = x[i] / (1 − p) where uᵢ ≥ p, else 0     (Srivastava et al. 2014, inverted form)
// uᵢ in [0, 1) is Threefry-2x32 of (key, i, stream): the mask is a function of the key, so backward computes it anew
// and nothing is stored. One invocation per element.

override WORKGROUP: u32 = 64;

alias Element = f32;

struct Params {
  key0: u32,
  key1: u32,
  stream: u32,
  p: f32,
  scale: f32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;

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

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let bits = threefry(vec2<u32>(params.key0, params.key1), vec2<u32>(i, params.stream)).x;
  // The upper 24 bits, exactly representable in f32: 0 ≤ u < 1.
  let u = f32(bits >> 8) * 0x1p-24f;
  out[i] = Element(select(0.0, f32(x[i]) * params.scale, u >= params.p));
}
