// pool put    out[n, place] = Σ_p g[n, p] over the windows p with index[n, p] = place
// The transpose of pool_take. One invocation per place of an image: it looks at the windows around it, so sums need no
// atomics and have a fixed order. Window p begins at p · stride − padding and spans `span` places. Sums are f32.

override WORKGROUP: u32 = 64;

alias Element = f32;

struct Params {
  size: u32,
  height: u32,
  width: u32,
  outHeight: u32,
  outWidth: u32,
  strideY: u32,
  strideX: u32,
  paddingY: u32,
  paddingX: u32,
  spanY: u32,
  spanX: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> g: array<Element>;
@group(0) @binding(2) var<storage, read> index: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

// The first window that reaches a place `far` behind the first window's beginning, and the one after the last.
fn windowsAt(far: u32, stride: u32, span: u32, count: u32) -> vec2<u32> {
  let first = select((far - min(far, span)) / stride + 1, 0u, far < span);
  return vec2<u32>(first, min(far / stride + 1, count));
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let area = params.height * params.width;
  let place = i % area;
  let rows = windowsAt(place / params.width + params.paddingY, params.strideY, params.spanY, params.outHeight);
  let columns = windowsAt(place % params.width + params.paddingX, params.strideX, params.spanX, params.outWidth);
  let image = (i / area) * params.outHeight * params.outWidth;
  var total = 0.0;
  for (var y = rows.x; y < rows.y; y++) {
    for (var x = columns.x; x < columns.y; x++) {
      let p = image + y * params.outWidth + x;
      if (index[p] == i32(place)) { total += f32(g[p]); }
    }
  }
  out[i] = Element(total);
}
