// cast    out[i] = Element(x[i])
// One invocation per element of a row-major x. Floats to integers truncate toward zero and saturate; NaN becomes 0.
// BOOL: out is 1 where x is not 0, as NaN is not.

override WORKGROUP: u32 = 64;
override BOOL: bool = false;
override FROM_FLOAT: bool = true;
override TO_FLOAT: bool = false;

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
  let v = x[i];
  let isNaN = FROM_FLOAT && (bitcast<u32>(f32(v)) & 0x7fffffff) > 0x7f800000;
  if (BOOL) {
    out[i] = Element(v != 0 || isNaN);
  } else if (isNaN && !TO_FLOAT) {
    out[i] = Element(0);
  } else {
    out[i] = Element(v);
  }
}
