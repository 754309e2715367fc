// unary    out[i] = f(x[i]), f chosen by OP
// One invocation per element; x may be any strided view, out is row-major.
// tanh is written with exp(−2|x|), which cannot overflow: WGSL's own tanh may be NaN for large |x|.
// sigmoid uses exp(−|x|) for the same reason.

override WORKGROUP: u32 = 64;
override RANK: u32 = 1;
override OP: u32 = 0;

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
  shape: array<vec4<u32>, 2>,
  strides: array<vec4<u32>, 2>,
  offset: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

fn apply(v: f32) -> f32 {
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
      return select(e, 1.0, v >= 0.0) / (1.0 + e);
    }
    case TANH: {
      let e = exp(-2.0 * abs(v));
      return sign(v) * (1.0 - e) / (1.0 + e);
    }
    case RELU: { return max(v, 0.0); }
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
  var at = params.offset;
  for (var axis = RANK - 1; axis > 0; axis--) {
    let length = params.shape[axis / 4][axis % 4];
    at += (rest % length) * params.strides[axis / 4][axis % 4];
    rest /= length;
  }
  out[i] = apply(x[at + rest * params.strides[0][0]]);
}
