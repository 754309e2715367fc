// unary    out[i] = f(x[i]), f chosen by OP
// One invocation per four neighbouring elements; x may be any strided view, out is row-major.
// QUADS: the four lie on one axis, so one walk through the strides finds them. X_FOURS: they also lie side by side
// and are fetched as one vec4 (the buffer is bound a second time under that type).
// tanh is written with exp(−2|x|), which cannot overflow (WGSL's own tanh may be NaN for large |x|), and near 0, where
// 1 − e would lose digits, with its series.
// sigmoid uses exp(−|x|) for the same reason.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override OP: u32 = 0;
override QUADS: bool = false;
override X_FOURS: bool = false;

const NEG: u32 = 0;
const ABS: u32 = 1;
const SIGN: u32 = 2;
const EXP: u32 = 3;
const LOG: u32 = 4;
const SQRT: u32 = 5;
const SQUARE: u32 = 6;
const SIGMOID: u32 = 7;
const TANH: u32 = 8;
const RELU: u32 = 9;

struct Params {
  // For each axis its length, then the stride of x.
  axes: array<vec4<u32>, 8>,
  offset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> x4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>;

fn apply(v: vec4<f32>) -> vec4<f32> {
  switch OP {
    case NEG: { return -v; }
    case ABS: { return abs(v); }
    case SIGN: { return sign(v); }
    case EXP: { return exp(v); }
    case LOG: { return log(v); }
    case SQRT: { return sqrt(v); }
    case SQUARE: { return v * v; }
    case SIGMOID: {
      let e = exp(-abs(v));
      return select(e, vec4<f32>(1), v >= vec4<f32>(0)) / (1.0 + e);
    }
    case TANH: {
      let e = exp(-2.0 * abs(v));
      return select(sign(v) * (1.0 - e) / (1.0 + e), v - v * v * v / 3.0, abs(v) < vec4<f32>(0.01));
    }
    case RELU: { return select(v, vec4<f32>(0), v < vec4<f32>(0)); }
    default: { return v; }
  }
}

// Where element i of x lies: its row-major index is taken apart along the axes, innermost first.
fn place(i: u32) -> u32 {
  var rest = i;
  var at = params.offset;
  for (var axis = RANK - 1; axis > 0; axis--) {
    let step = params.axes[axis];
    at += (rest % step.x) * step.y;
    rest /= step.x;
  }
  return at + rest * params.axes[0].y;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (4 * i >= params.size) { return; }
  let at = place(4 * i);
  var v: vec4<f32>;
  if (X_FOURS) {
    v = x4[at / 4];
  } else if (QUADS) {
    let step = params.axes[RANK - 1].y;
    v = vec4<f32>(x[at], x[at + step], x[at + 2 * step], x[at + 3 * step]);
  } else {
    v = vec4<f32>(x[at], x[place(4 * i + 1)], x[place(4 * i + 2)], x[place(4 * i + 3)]);
  }
  out[i] = apply(v);
}
