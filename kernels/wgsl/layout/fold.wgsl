// fold    out[o, p, i] = Σ x[o, w, i, k]   over all w, k with w · step + k · dilation = p
// The gradient of unfold(): x (outer, windows, inner, size) holds a number for each place k of each window w; out is
// (outer, length, inner). One invocation per element of out; it asks the windows that begin near enough before p in
// rising order, so no two invocations write to one place and every run adds in the same order. Sums are taken in Compute.

override WORKGROUP: u32 = 64;

alias Element = f32;
alias Compute = f32;

struct Params {
  length: u32,
  inner: u32,
  windows: u32,
  windowSize: u32,
  step: u32,
  dilation: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP + local;
  if (at >= params.size) { return; }
  let i = at % params.inner;
  let p = at / params.inner % params.length;
  let o = at / params.inner / params.length;
  // Windows that begin at p − span … p, where span is the way from the first to the last place of a window.
  let span = (params.windowSize - 1) * params.dilation;
  let begin = select(0, (p - span + params.step - 1) / params.step, p > span);
  let end = min(p / params.step + 1, params.windows);
  var total = Compute(0);
  for (var w = begin; w < end; w++) {
    let ahead = p - w * params.step;
    if (ahead % params.dilation == 0) {
      let k = ahead / params.dilation;
      total += Compute(x[((o * params.windows + w) * params.inner + i) * params.windowSize + k]);
    }
  }
  out[at] = Element(total);
}
