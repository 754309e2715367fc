// Adam (Kingma and Ba 2015, algorithm 1, as in PyTorch), in place on parameter, m and v:
//   g ← g + weightDecay · θ     m ← β₁m + (1 − β₁)g     v ← β₂v + (1 − β₂)g²
//   θ ← θ − stepSize · m / (√v / √(1 − β₂ᵗ) + ε),   stepSize = learningRate / (1 − β₁ᵗ)
// The corrections 1 − βᵗ are computed on the host in float64: in f32 they would lose digits at small t.
// One invocation per element.

override WORKGROUP: u32 = 64;

struct Params {
  stepSize: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  rootCorrection2: f32,
  eps: f32,
  weightDecay: f32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let g = gradient[i] + params.weightDecay * parameter[i];
  let mean = params.beta1 * m[i] + params.oneMinusBeta1 * g;
  let square = params.beta2 * v[i] + params.oneMinusBeta2 * g * g;
  m[i] = mean;
  v[i] = square;
  parameter[i] -= params.stepSize * mean / (sqrt(square) / params.rootCorrection2 + params.eps);
}
