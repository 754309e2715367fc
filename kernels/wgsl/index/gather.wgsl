// gather    out[j] = x[j with index[j] in place of j's number on one axis]
// One invocation per four neighbouring elements; QUADS: they lie on one axis, so one walk through the strides finds them.
// x and index may be any strided views: one index for a whole row, as in a lookup of rows, is a view of stride 0. The axes
// that are walked give x a stride of 0 on the axis that index counts along; `step` is its own there.
// An index outside 0 … length − 1 is not read: FLOAT gives NaN, which no loss can hide, else 0.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override QUADS: bool = false;
override FLOAT: bool = true;

alias Element = f32;

struct Params {
  // For each axis of out its length, then the strides of index and x.
  axes: array<vec4<u32>, 8>,
  indexOffset: u32,
  xOffset: u32,
  length: u32,
  step: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> index: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<Element>>;

// Where element i finds its index, and the line of x that it points into.
fn place(i: u32) -> vec2<u32> {
  var rest = i;
  var at = vec2<u32>(params.indexOffset, params.xOffset);
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
  // A negative index is a large one as u32.
  let chosen = vec4<u32>(vec4<i32>(index[p0.x], index[p1.x], index[p2.x], index[p3.x]));
  let inside = chosen < vec4<u32>(params.length);
  let at = vec4<u32>(p0.y, p1.y, p2.y, p3.y) + select(vec4<u32>(0), chosen, inside) * params.step;
  var missing = 0.0;
  // The quiet NaN's bits come from a value the compiler cannot fold: WGSL forbids constant NaN.
  if (FLOAT) { missing = bitcast<f32>(0x7fc00000u | (params.size & 0u)); }
  out[i] = select(vec4<Element>(Element(missing)), vec4<Element>(x[at.x], x[at.y], x[at.z], x[at.w]), inside);
}
