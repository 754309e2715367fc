// cast    out[i] = Element(x[i])
// One invocation per element of a row-major x. f32 to an integer truncates toward zero and saturates.

override WORKGROUP: u32 = 64;

alias Source = f32;
alias Element = i32;

struct Params { size: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Source>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  out[i] = Element(x[i]);
}
