import { ShapeError } from "../../errors.js";
import { checkInputs, FLOAT } from "../../op.js";
import { at, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { reshape } from "../layout/layout.js";
import { type Pair, type Windows, windowsOf } from "./windows.js";

interface Pooling {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Pair;
  readonly ceilMode: boolean;
}

/** Pools every channel of every image alike: `pool` turns planes (P, H, W) into (P, oH, oW). One dimension is a row. */
export function overPlanes(
  op: "maxPool1d" | "maxPool2d" | "avgPool1d" | "avgPool2d",
  x: Tensor,
  options: Pooling,
  pool: (planes: Tensor, windows: Windows) => Tensor,
): Tensor {
  checkInputs(op, [x], [FLOAT]);
  const axes = op.endsWith("1d") ? 1 : 2;
  if (x.rank !== axes + 1 && x.rank !== axes + 2) {
    const image = axes === 1 ? "L" : "H, W";
    throw new ShapeError(
      `${op}: x must be (N, C, ${image}) or (C, ${image}), got ${show(x.shape)}; use reshape().`,
    );
  }
  const lead = x.shape.slice(0, -axes);
  const image: Pair = [axes === 1 ? 1 : at(x.shape, x.rank - 2), at(x.shape, x.rank - 1)];
  const windows = windowsOf(op, { ...options, image });
  const { kernel, padding } = options;
  if (padding.some((places, axis) => 2 * places > at(kernel, axis))) {
    throw new ShapeError(
      `${op}: padding is ${show(padding)} and the kernel ${show(kernel)}; padding may be half a window at most.`,
    );
  }
  const out = pool(reshape(x, [sizeOf(lead), ...image]), windows);
  return reshape(out, [...lead, ...windows.result.slice(-axes)]);
}
