// search sorted    out[r, i] = how many of sorted[r, ·] come before values[r, i]:  those < it, or by RIGHT those ≤ it
// One invocation per value halves the row of sorted until one place is left. SHARED: one row serves all values.
// Elements are compared by u32 keys in their order, as sort_tile.wgsl does: NaN is larger than all numbers, −0 equals 0.

override WORKGROUP: u32 = 64;
override RIGHT: bool = false;
override SHARED: bool = true;
// How the bits of an element become a key.
override KIND: u32 = 0;

alias Element = f32;

const FLOAT: u32 = 0;
const SIGNED: u32 = 1;
const UNSIGNED: u32 = 2;

struct Params {
  length: u32,
  // Values of a row.
  count: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sorted: array<Element>;
@group(0) @binding(2) var<storage, read> values: array<Element>;
@group(0) @binding(3) var<storage, read_write> out: array<i32>;

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
  return key;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (i >= params.size) { return; }
  let value = keyOf(values[i]);
  var row = 0u;
  if (!SHARED) { row = i / params.count * params.length; }
  var low = 0u;
  var high = params.length;
  while (low < high) {
    let middle = (low + high) / 2;
    let key = keyOf(sorted[row + middle]);
    if (key < value || (RIGHT && key == value)) { low = middle + 1; } else { high = middle; }
  }
  out[i] = i32(low);
}
