import { checkOptions } from "../../checks/checkArguments.js";
import { full, tensor } from "../../create.js";
import { at, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul } from "../elementwise/arithmetic.js";
import { squeeze, unsqueeze } from "../layout/layout.js";
import { overPlanes } from "./planes.js";
import { convolve } from "./trilinear.js";
import { type OneOrTwo, pair, type Windows } from "./windows.js";

export interface AvgPoolOptions<Size = OneOrTwo> {
  /** Steps from one window to the next; the window's size unless given. */
  readonly stride?: Size;
  /** Zeros at both ends, at most half the window's size; 0 unless given. */
  readonly padding?: Size;
  /** Whether a last window may hang over the end; what hangs over the padding is not counted. */
  readonly ceilMode?: boolean;
  /** Whether padding counts as elements of a window; true unless given. */
  readonly countIncludePad?: boolean;
}

const OPTIONS = ["stride", "padding", "ceilMode", "countIncludePad"];

/**
 * The mean of each window.
 *
 * `out[n, c, y, x] = Σᵢ Σⱼ x[n, c, y · stride + i − padding, x · … + j − …] / count`, where count is kH · kW, less
 * what hangs over the padding in `ceilMode`, or over x itself without `countIncludePad`.
 *
 * Shapes: x (N, C, H, W) or (C, H, W) → (N, C, oH, oW) or (C, oH, oW), oH = ⌊(H + 2 · padding − kH) / stride⌋ + 1, ⌈ ⌉ in
 * `ceilMode`; rules are those of `torch.nn.functional.avg_pool2d`.
 *
 * @throws ShapeError when x has another rank, no window fits, or padding is more than half a window
 * @throws DTypeError for integers
 * @example
 * await avgPool2d(tensor([[[1, 2, 5], [3, 6, 0], [9, 2, 1]]]), 2, { stride: 1 }).toArray(); // [[[3, 3.25], [5, 2.25]]]
 */
export function avgPool2d(x: Tensor, kernel: OneOrTwo, options: AvgPoolOptions = {}): Tensor {
  checkOptions("avgPool2d", options, OPTIONS);
  const { stride = kernel, padding = 0, ceilMode = false, countIncludePad = true } = options;
  const sizes = { kernel: pair(kernel), stride: pair(stride), dilation: pair(1), ceilMode };
  return overPlanes("avgPool2d", x, { ...sizes, padding: pair(padding) }, average(countIncludePad));
}

/**
 * The mean of each window along the last axis: `avgPool2d` with height 1.
 *
 * `out[n, c, t] = Σₖ x[n, c, t · stride + k − padding] / count`
 *
 * Shapes: x (N, C, L) or (C, L) → (N, C, oL) or (C, oL)
 *
 * @throws ShapeError when x has another rank, no window fits, or padding is more than half a window
 * @throws DTypeError for integers
 * @example
 * await avgPool1d(tensor([[1, 3, 2, 6]]), 2).toArray(); // [[2, 4]]
 */
export function avgPool1d(x: Tensor, kernel: number, options: AvgPoolOptions<number> = {}): Tensor {
  checkOptions("avgPool1d", options, OPTIONS);
  const { stride = kernel, padding = 0, ceilMode = false, countIncludePad = true } = options;
  const sizes = { kernel: [1, kernel], stride: [1, stride], dilation: [1, 1], ceilMode } as const;
  return overPlanes("avgPool1d", x, { ...sizes, padding: [0, padding] }, average(countIncludePad));
}

/** A convolution with a constant kernel of 1 / (kH · kW), corrected where a window counts fewer places. */
const average =
  (countIncludePad: boolean) =>
  (x: Tensor, windows: Windows): Tensor => {
    const { kernel, image, padding, stride, result } = windows;
    const { dtype, device } = x;
    const weight = full([1, 1, ...kernel], 1 / sizeOf(kernel), { dtype, device });
    const sizes = { ...windows, images: at(x.shape, 0), groups: 1, channels: 1, outChannels: 1 };
    const means = squeeze(convolve(unsqueeze(x, 1), weight, sizes), 1);

    const counts = ([0, 1] as const).map((axis) =>
      Array.from({ length: result[axis] }, (_, p) => {
        const beside = countIncludePad ? padding[axis] : 0;
        const start = p * stride[axis] - padding[axis];
        return Math.min(start + kernel[axis], image[axis] + beside) - Math.max(start, -beside);
      }),
    ) as [rows: number[], columns: number[]];
    const [rows, columns] = counts;
    if (counts.every((list, axis) => list.every((count) => count === kernel[axis as 0 | 1]))) return means;
    const factors = rows.flatMap((count) => columns.map((other) => sizeOf(kernel) / (count * other)));
    return mul(means, tensor(factors, { shape: result, dtype, device }));
  };
