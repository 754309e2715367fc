// binary    out[i] = f(a[i], b[i]), f chosen by OP
// One invocation per element; a and b may be any strided views (a broadcast axis has stride 0), out is row-major.
// Integer division and overflow follow WGSL: x / 0 = x, sums wrap.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override OP: u32 = 0;

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
  shape: array<vec4<u32>, 2>,
  aStrides: array<vec4<u32>, 2>,
  bStrides: array<vec4<u32>, 2>,
  aOffset: u32,
  bOffset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Element>;
@group(0) @binding(2) var<storage, read> b: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

fn apply(v: Element, w: Element) -> Element {
  switch OP {
    case ADD: { return v + w; }
    case SUB: { return v - w; }
    case MUL: { return v * w; }
    case DIV: { return v / w; }
    case MAXIMUM: { return max(v, w); }
    case MINIMUM: { return min(v, w); }
    case GREATER: { return Element(v > w); }
    case EQUAL: { return Element(v == w); }
    default: { return v; }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  var rest = i;
  var aAt = params.aOffset;
  var bAt = params.bOffset;
  for (var axis = RANK - 1; axis > 0; axis--) {
    let length = params.shape[axis / 4][axis % 4];
    let index = rest % length;
    aAt += index * params.aStrides[axis / 4][axis % 4];
    bAt += index * params.bStrides[axis / 4][axis % 4];
    rest /= length;
  }
  out[i] = apply(a[aAt + rest * params.aStrides[0][0]], b[bAt + rest * params.bStrides[0][0]]);
}
