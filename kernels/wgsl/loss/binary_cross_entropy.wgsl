// binary cross entropy    out[i] = −(t log x + (1 − t) log(1 − x)),   x = x[i], t = targets[i]
// Logarithms are cut off at −100, as in PyTorch, so that a certain and wrong x costs 100 and not ∞.
// One invocation per element. An x outside [0, 1] gives NaN; NaN is told by its bits, since the compiler may assume there is none.

override WORKGROUP: u32 = 64;

alias Element = f32;
alias Target = f32;
alias Out = f32;

struct Params {
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> targets: array<Target>;
@group(0) @binding(3) var<storage, read_write> out: array<Out>;

// NaN from a value that the compiler cannot fold: WGSL forbids constants that are not finite.
fn nan() -> f32 { return bitcast<f32>(0x7fc00000u | (params.size & 0u)); }

fn isNaN(v: f32) -> bool { return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u; }

// log(1 + x) = 2 artanh(s), s = x / (2 + x): 2(s + s³/3 + s⁵/5 + …) for |x| ≤ ½, where s² ≤ 1/9.
fn logarithmNear1(x: f32) -> f32 {
  let s = x / (2.0 + x);
  let q = s * s;
  var p = 1.0 / 15.0;
  p = p * q + 1.0 / 13.0;
  p = p * q + 1.0 / 11.0;
  p = p * q + 1.0 / 9.0;
  p = p * q + 1.0 / 7.0;
  p = p * q + 0.2;
  p = p * q + 1.0 / 3.0;
  return 2.0 * (s + s * q * p);
}

// Near 1 WGSL lets log() be wrong by 2⁻²¹, however small it is.
fn logarithm(x: f32) -> f32 {
  if (abs(x - 1.0) <= 0.5) { return logarithmNear1(x - 1.0); }
  return select(max(log(x), -100.0), -100.0, x == 0.0);
}

// log(1 − x), where 1 − x would lose digits below ½.
fn logarithmOfRest(x: f32) -> f32 {
  if (x < 0.5) { return logarithmNear1(-x); }
  return logarithm(1.0 - x);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let p = f32(x[i]);
  let t = f32(targets[i]);
  let loss = -(t * logarithm(p) + (1.0 - t) * logarithmOfRest(p));
  out[i] = Out(select(loss, nan(), p < 0.0 || p > 1.0 || isNaN(p) || isNaN(t)));
}
