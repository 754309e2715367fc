// convolution    out[n, o, p] = Σ_c Σ_k w[o, c, k] · x[n, c, p · stride + k · dilation − padding], c over o's group
// or, BACKWARD, its transpose (the gradient by x, from that by out):
//                out[n, c, p] = Σ_o Σ_k w[o, c, k] · x[n, o, (p + padding − k · dilation) / stride], where that is whole
// p and k are places (row, column) of images and of the kernel; what lies outside x counts as 0. All tensors are row-major.
// One invocation holds ROWS channels × 4 places of out in registers: ROWS + 4 loads feed 4 · ROWS multiply-adds, as in
// matmul.wgsl, but the matrix of x's windows is never stored. Channels, group and image come from the workgroup alone, so
// the loads of w are the same for all its invocations; the four places of an invocation lie WORKGROUP apart.
// Where a window leaves x is decided once for each k, outside the loop over channels; products are added up in Compute, f32
// also where Element is f16. Channels and places beyond the edge are clamped when loaded and not stored.

override WORKGROUP: u32 = 16;
// 1, 4 or 8: fewer where a group has few channels.
override ROWS: u32 = 8;
override BACKWARD: bool = false;

alias Element = f32;
alias Compute = f32;

struct Params {
  // Channels of a group: of out, and of x.
  rows: u32,
  inner: u32,
  tiles: u32,
  // Sizes of x's and out's images and of the kernel.
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
  // Steps in w from one group, channel of out, and channel of x to the next.
  wGroup: u32,
  wRow: u32,
  wInner: u32,
  groups: u32,
  // Where this dispatch begins: in tiles of ROWS channels, and in images.
  firstTile: u32,
  firstBatch: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> w: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<Element>;

// Where along one axis of x the window of out's place p has its element k; −1 for nowhere.
fn source(p: vec4<u32>, k: u32, length: u32, stride: i32, dilation: i32, padding: i32) -> vec4<i32> {
  var at: vec4<i32>;
  if (BACKWARD) {
    let far = vec4<i32>(p) + padding - i32(k) * dilation;
    at = select(vec4<i32>(-1), far / stride, (far >= vec4<i32>(0)) & (far % stride == vec4<i32>(0)));
  } else {
    at = vec4<i32>(p) * stride + i32(k) * dilation - padding;
  }
  return select(at, vec4<i32>(-1), (at < vec4<i32>(0)) | (at >= vec4<i32>(i32(length))));
}

fn store(first: u32, row: u32, p: vec4<u32>, v: vec4<Compute>) {
  if (row >= params.rows) { return; }
  let size = params.outHeight * params.outWidth;
  let at = first + row * size;
  if (p.x < size) { out[at + p.x] = Element(v.x); }
  if (p.y < size) { out[at + p.y] = Element(v.y); }
  if (p.z < size) { out[at + p.z] = Element(v.z); }
  if (p.w < size) { out[at + p.w] = Element(v.w); }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let batch = params.firstBatch + workgroup.z;
  let tile = params.firstTile + workgroup.y;
  let group = tile / params.tiles;
  let row = (tile % params.tiles) * ROWS;
  let last = params.rows - 1 - row;
  let p = workgroup.x * 4 * WORKGROUP + local + vec4<u32>(0, 1, 2, 3) * WORKGROUP;
  let size = params.outHeight * params.outWidth;
  let place = min(p, vec4<u32>(size - 1));
  let y = place / params.outWidth;
  let column = place % params.outWidth;
  let area = params.height * params.width;
  let image = (batch * params.groups + group) * params.inner * area;
  let weights = group * params.wGroup + row * params.wRow;

  let r1 = min(1, last) * params.wRow;
  let r2 = min(2, last) * params.wRow;
  let r3 = min(3, last) * params.wRow;
  let r4 = min(4, last) * params.wRow;
  let r5 = min(5, last) * params.wRow;
  let r6 = min(6, last) * params.wRow;
  let r7 = min(7, last) * params.wRow;
  var s0: vec4<Compute>;
  var s1: vec4<Compute>;
  var s2: vec4<Compute>;
  var s3: vec4<Compute>;
  var s4: vec4<Compute>;
  var s5: vec4<Compute>;
  var s6: vec4<Compute>;
  var s7: vec4<Compute>;
  for (var ky = 0u; ky < params.kernelHeight; ky++) {
    let fromY = source(y, ky, params.height, params.strideY, params.dilationY, params.paddingY);
    for (var kx = 0u; kx < params.kernelWidth; kx++) {
      let fromX = source(column, kx, params.width, params.strideX, params.dilationX, params.paddingX);
      let inside = (fromY >= vec4<i32>(0)) & (fromX >= vec4<i32>(0));
      let found = vec4<u32>(select(vec4<i32>(0), fromY * i32(params.width) + fromX, inside));
      var at = image + found;
      var wAt = weights + ky * params.kernelWidth + kx;
      for (var i = 0u; i < params.inner; i++) {
        let loaded = vec4<Compute>(vec4<Element>(x[at.x], x[at.y], x[at.z], x[at.w]));
        let v = select(vec4<Compute>(0), loaded, inside);
        s0 += Compute(w[wAt]) * v;
        if (ROWS > 1) {
          s1 += Compute(w[wAt + r1]) * v;
          s2 += Compute(w[wAt + r2]) * v;
          s3 += Compute(w[wAt + r3]) * v;
        }
        if (ROWS > 4) {
          s4 += Compute(w[wAt + r4]) * v;
          s5 += Compute(w[wAt + r5]) * v;
          s6 += Compute(w[wAt + r6]) * v;
          s7 += Compute(w[wAt + r7]) * v;
        }
        at += vec4<u32>(area);
        wAt += params.wInner;
      }
    }
  }
  let first = (batch * params.groups + group) * params.rows * size;
  store(first, row, p, s0);
  if (ROWS > 1) {
    store(first, row + 1, p, s1);
    store(first, row + 2, p, s2);
    store(first, row + 3, p, s3);
  }
  if (ROWS > 4) {
    store(first, row + 4, p, s4);
    store(first, row + 5, p, s5);
    store(first, row + 6, p, s6);
    store(first, row + 7, p, s7);
  }
}
