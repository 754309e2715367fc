// convolution weight    out[s, o, c, k] = Σₙ Σ_p g[n, o, p] · x[n, c, p · stride + k · dilation − padding]
// The gradient of a convolution by its weight, from g, that by its result; c counts inside o's group, p and k are places
// (row, column) of images and of the kernel; what lies outside x counts as 0. All tensors are row-major.
// The sum runs over many places and has few results: it is cut into parts s of `chunk` rows (n, y) of g, which another
// kernel adds up, so that the order is fixed.
// One invocation holds ROWS channels o × 4 columns (c, k) of a part in registers: ROWS + 4 loads feed 4 · ROWS multiply-adds.
// Channels, group and part come from the workgroup alone, so the loads of g are the same for all its invocations; the
// four columns of an invocation lie WORKGROUP apart. Sums are f32 also where Element is f16.
// Channels and columns beyond the edge are clamped when loaded and not stored.

override WORKGROUP: u32 = 16;
// 1, 4 or 8: fewer where a group has few channels.
override ROWS: u32 = 8;

alias Element = f32;

struct Params {
  // Channels of a group: of g, and of x.
  rows: u32,
  inner: u32,
  tiles: u32,
  // Sizes of x's and g's images and of the kernel.
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
  groups: u32,
  // Rows (n, y) of g in all, and in a part.
  lines: u32,
  chunk: u32,
  // Where this dispatch begins: in tiles of ROWS channels, and in parts.
  firstTile: u32,
  firstBatch: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> g: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

fn store(first: u32, row: u32, columns: u32, n: vec4<u32>, v: vec4<f32>) {
  if (row >= params.rows) { return; }
  let at = first + row * columns;
  if (n.x < columns) { out[at + n.x] = v.x; }
  if (n.y < columns) { out[at + n.y] = v.y; }
  if (n.z < columns) { out[at + n.z] = v.z; }
  if (n.w < columns) { out[at + n.w] = v.w; }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let part = params.firstBatch + workgroup.z;
  let tile = params.firstTile + workgroup.y;
  let group = tile / params.tiles;
  let row = (tile % params.tiles) * ROWS;
  let last = params.rows - 1 - row;
  let area = params.height * params.width;
  let size = params.outHeight * params.outWidth;
  let window = params.kernelHeight * params.kernelWidth;
  let columns = params.inner * window;

  let n = workgroup.x * 4 * WORKGROUP + local + vec4<u32>(0, 1, 2, 3) * WORKGROUP;
  let column = min(n, vec4<u32>(columns - 1));
  let k = column % window;
  let channel = (column / window) * area;
  let offsetY = vec4<i32>(k / params.kernelWidth) * params.dilationY - params.paddingY;
  let offsetX = vec4<i32>(k % params.kernelWidth) * params.dilationX - params.paddingX;
  let width = vec4<i32>(i32(params.width));
  let height = vec4<i32>(i32(params.height));

  let r1 = min(1, last) * size;
  let r2 = min(2, last) * size;
  let r3 = min(3, last) * size;
  let r4 = min(4, last) * size;
  let r5 = min(5, last) * size;
  let r6 = min(6, last) * size;
  let r7 = min(7, last) * size;
  var s0: vec4<f32>;
  var s1: vec4<f32>;
  var s2: vec4<f32>;
  var s3: vec4<f32>;
  var s4: vec4<f32>;
  var s5: vec4<f32>;
  var s6: vec4<f32>;
  var s7: vec4<f32>;
  let end = min((part + 1) * params.chunk, params.lines);
  for (var line = part * params.chunk; line < end; line++) {
    let image = (line / params.outHeight) * params.groups + group;
    let y = line % params.outHeight;
    let fromY = i32(y) * params.strideY + offsetY;
    let insideY = (fromY >= vec4<i32>(0)) & (fromY < height);
    let base = image * params.inner * area + channel + vec4<u32>(select(vec4<i32>(0), fromY, insideY)) * params.width;
    var gAt = (image * params.rows + row) * size + y * params.outWidth;
    var fromX = offsetX;
    for (var column = 0u; column < params.outWidth; column++) {
      let inside = insideY & (fromX >= vec4<i32>(0)) & (fromX < width);
      let at = base + vec4<u32>(select(vec4<i32>(0), fromX, inside));
      let loaded = vec4<f32>(vec4<Element>(x[at.x], x[at.y], x[at.z], x[at.w]));
      let v = select(vec4<f32>(0), loaded, inside);
      s0 += f32(g[gAt]) * v;
      if (ROWS > 1) {
        s1 += f32(g[gAt + r1]) * v;
        s2 += f32(g[gAt + r2]) * v;
        s3 += f32(g[gAt + r3]) * v;
      }
      if (ROWS > 4) {
        s4 += f32(g[gAt + r4]) * v;
        s5 += f32(g[gAt + r5]) * v;
        s6 += f32(g[gAt + r6]) * v;
        s7 += f32(g[gAt + r7]) * v;
      }
      gAt += 1;
      fromX += params.strideX;
    }
  }
  let first = (part * params.groups + group) * params.rows * columns;
  store(first, row, columns, n, s0);
  if (ROWS > 1) {
    store(first, row + 1, columns, n, s1);
    store(first, row + 2, columns, n, s2);
    store(first, row + 3, columns, n, s3);
  }
  if (ROWS > 4) {
    store(first, row + 4, columns, n, s4);
    store(first, row + 5, columns, n, s5);
    store(first, row + 6, columns, n, s6);
    store(first, row + 7, columns, n, s7);
  }
}
