// where    out[i] = a[i] where condition[i], else b[i]
// One invocation per element; all three may be any strided views, a broadcast axis has stride 0; out is row-major.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;

alias A = f32;
alias B = f32;
alias Out = f32;

struct Params {
  // For each axis its length, then the strides of condition, a and b.
  axes: array<vec4<u32>, 8>,
  conditionOffset: u32,
  aOffset: u32,
  bOffset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> condition: array<u32>;
@group(0) @binding(2) var<storage, read> a: array<A>;
@group(0) @binding(3) var<storage, read> b: array<B>;
@group(0) @binding(4) var<storage, read_write> out: array<Out>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  var rest = i;
  var at = vec3<u32>(params.conditionOffset, params.aOffset, params.bOffset);
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.yzw;
    rest /= step.x;
  }
  at += rest * params.axes[0].yzw;
  if (condition[at.x] != 0) { out[i] = Out(a[at.y]); } else { out[i] = Out(b[at.z]); }
}
