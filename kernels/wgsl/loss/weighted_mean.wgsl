// Weighted mean    mean = Σ losses / Σ counted,   total = Σ counted
// One workgroup: each invocation adds up every WORKGROUP-th number, and the parts are folded in a tree, always in the same
// order. Where nothing counts it is 0 / 0, NaN. Meant for up to 65,536 losses: more are worth several workgroups.

override WORKGROUP: u32 = 256;

struct Params { size: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> losses: array<f32>;
@group(0) @binding(2) var<storage, read> counted: array<f32>;
@group(0) @binding(3) var<storage, read_write> mean: array<f32>;
@group(0) @binding(4) var<storage, read_write> total: array<f32>;

var<workgroup> parts: array<vec2<f32>, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  var part = vec2<f32>();
  for (var i = local; i < params.size; i += WORKGROUP) { part += vec2<f32>(losses[i], counted[i]); }
  parts[local] = part;
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (local < half) { parts[local] += parts[local + half]; }
  }
  if (local == 0) {
    mean[0] = parts[0].x / parts[0].y;
    total[0] = parts[0].y;
  }
}
