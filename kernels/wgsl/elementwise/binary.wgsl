// binary    out[i] = f(a[i], b[i]), f chosen by OP
// One invocation per four neighbouring elements; a and b may be any strided views, a broadcast axis has stride 0; out is row-major.
// QUADS: the four lie on one axis, so one walk through the strides finds them. A_FOURS, B_FOURS: they also lie side by side
// and are fetched as one vec4 (the buffer is bound a second time under that type).
// Integer division and overflow follow WGSL: x / 0 = x, sums wrap.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override OP: u32 = 0;
override QUADS: bool = false;
override A_FOURS: bool = false;
override B_FOURS: bool = false;

alias Element = f32;

const ADD: u32 = 0;
const SUB: u32 = 1;
const MUL: u32 = 2;
const DIV: u32 = 3;
const MAXIMUM: u32 = 4;
const MINIMUM: u32 = 5;
const GREATER: u32 = 6;
const EQUAL: u32 = 7;

struct Params {
  // For each axis its length, then the strides of a and b.
  axes: array<vec4<u32>, 8>,
  aOffset: u32,
  bOffset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Element>;
@group(0) @binding(2) var<storage, read> b: array<Element>;
@group(0) @binding(3) var<storage, read> a4: array<vec4<Element>>;
@group(0) @binding(4) var<storage, read> b4: array<vec4<Element>>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4<Element>>;

fn apply(v: vec4<Element>, w: vec4<Element>) -> vec4<Element> {
  switch OP {
    case ADD: { return v + w; }
    case SUB: { return v - w; }
    case MUL: { return v * w; }
    case DIV: { return v / w; }
    case MAXIMUM: { return max(v, w); }
    case MINIMUM: { return min(v, w); }
    case GREATER: { return vec4<Element>(v > w); }
    case EQUAL: { return vec4<Element>(v == w); }
    default: { return v; }
  }
}

// Where element i lies in a and in b: its row-major index is taken apart along the axes, innermost first.
fn place(i: u32) -> vec2<u32> {
  var rest = i;
  var at = vec2<u32>(params.aOffset, params.bOffset);
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
  var v: vec4<Element>;
  var w: vec4<Element>;
  if (A_FOURS) { v = a4[p0.x / 4]; } else { v = vec4<Element>(a[p0.x], a[p1.x], a[p2.x], a[p3.x]); }
  if (B_FOURS) { w = b4[p0.y / 4]; } else { w = vec4<Element>(b[p0.y], b[p1.y], b[p2.y], b[p3.y]); }
  out[i] = apply(v, w);
}
