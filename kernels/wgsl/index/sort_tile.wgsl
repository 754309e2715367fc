// sort tile    out[r, ·] = the places of row r of x in the order of its elements    (Batcher 1968, bitonic sorting network)
// Every row is a network over `padded` pairs (key, place), a power of two. Keys are u32 in the order of the elements; equal
// keys are ordered by place, so the sort is stable and no two pairs are equal. What pads a row has the largest key and places
// behind all others. One workgroup sorts a tile of TILE pairs, of one row or of several, in its shared memory:
// FIRST: it makes the pairs from x and runs all stages of the network that fit a tile;
// else: it runs those steps of stage `stage` that fit a tile; sort_step.wgsl has run the wider ones.
// LAST: the places go to out, else the pairs go to `pairs`.
// NaN counts as larger than all numbers, −0 equals 0; DESCENDING turns keys around and leaves the order of equals as it is.

const TILE: u32 = 1024;

override WORKGROUP: u32 = 64;
override FIRST: bool = true;
override LAST: bool = true;
override DESCENDING: bool = false;
// How the bits of an element become a key.
override KIND: u32 = 0;

alias Element = f32;

const FLOAT: u32 = 0;
const SIGNED: u32 = 1;
const UNSIGNED: u32 = 2;

struct Params {
  length: u32,
  padded: u32,
  stage: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> pairs: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> out: array<i32>;

var<workgroup> tile: array<vec2<u32>, TILE>;

fn keyOf(v: Element) -> u32 {
  var key = u32(v);
  if (KIND == SIGNED) { key = bitcast<u32>(i32(v)) ^ 0x80000000u; }
  if (KIND == FLOAT) {
    // Negative floats grow as their bits shrink; the sign bit of the others puts them above.
    let bits = bitcast<u32>(f32(v));
    let magnitude = bits & 0x7fffffffu;
    key = select(magnitude | 0x80000000u, ~bits, bits > 0x80000000u);
    if (magnitude > 0x7f800000u) { key = 0xffffffffu; }
  }
  return select(key, ~key, DESCENDING);
}

// Compares pairs `step` apart; the pairs of a block of `stage` end up rising, those of the next one falling, and so on.
fn exchange(first: u32, stage: u32, step: u32, local: u32) {
  workgroupBarrier();
  for (var p = local; p < TILE / 2; p += WORKGROUP) {
    let i = 2 * p - (p & (step - 1));
    let a = tile[i];
    let b = tile[i + step];
    let greater = a.x > b.x || (a.x == b.x && a.y > b.y);
    let rising = ((first + i) & (params.padded - 1) & stage) == 0;
    if (greater == rising) {
      tile[i] = b;
      tile[i + step] = a;
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * TILE;
  for (var t = local; t < TILE; t += WORKGROUP) {
    let g = first + t;
    let place = g & (params.padded - 1);
    var pair = vec2<u32>(0xffffffff, place);
    if (FIRST) {
      if (g < params.size && place < params.length) { pair.x = keyOf(x[g / params.padded * params.length + place]); }
    } else if (g < params.size) {
      pair = pairs[g];
    }
    tile[t] = pair;
  }
  if (FIRST) {
    for (var stage = 2u; stage <= min(TILE, params.padded); stage <<= 1) {
      for (var step = stage >> 1; step > 0; step >>= 1) { exchange(first, stage, step, local); }
    }
  } else {
    for (var step = TILE / 2; step > 0; step >>= 1) { exchange(first, params.stage, step, local); }
  }
  workgroupBarrier();
  for (var t = local; t < TILE; t += WORKGROUP) {
    let g = first + t;
    let place = g & (params.padded - 1);
    if (g >= params.size) { continue; }
    if (!LAST) {
      pairs[g] = tile[t];
    } else if (place < params.length) {
      out[g / params.padded * params.length + place] = i32(tile[t].y);
    }
  }
}
