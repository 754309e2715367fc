// maxPool    out[n, p] = the place y · width + x of the largest element that window p reads in image n
// Window p reads places p · stride + k · dilation − padding; those outside the image are left out, as if they were −∞.
// Of equal elements the first is chosen; the last NaN wins over every number, as in PyTorch. −1 where a window reads nothing.
// One invocation per window. NaN is told by its bits, since the compiler may assume there is none.

override WORKGROUP: u32 = 64;

alias Element = f32;

struct Params {
  size: u32,
  height: u32,
  width: u32,
  outHeight: u32,
  outWidth: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  paddingY: i32,
  paddingX: i32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<i32>;

fn isNaN(v: f32) -> bool { return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u; }

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let windows = params.outHeight * params.outWidth;
  let image = (i / windows) * params.height * params.width;
  let top = i32((i % windows) / params.outWidth) * params.strideY - params.paddingY;
  let left = i32(i % params.outWidth) * params.strideX - params.paddingX;

  var best = -1;
  var largest = 0.0;
  var isKnown = true; // whether the largest so far is a number
  for (var ky = 0u; ky < params.kernelHeight; ky++) {
    let y = top + i32(ky) * params.dilationY;
    if (y < 0 || y >= i32(params.height)) { continue; }
    for (var kx = 0u; kx < params.kernelWidth; kx++) {
      let column = left + i32(kx) * params.dilationX;
      if (column < 0 || column >= i32(params.width)) { continue; }
      let place = y * i32(params.width) + column;
      let v = f32(x[image + u32(place)]);
      if (isNaN(v) || best < 0 || (isKnown && v > largest)) {
        best = place;
        largest = v;
        isKnown = !isNaN(v);
      }
    }
  }
  out[i] = best;
}
