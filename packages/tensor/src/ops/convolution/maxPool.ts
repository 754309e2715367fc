import { kernels } from "@weft/kernels";
import { checkOptions } from "../../checks/checkArguments.js";
import { elementOf } from "../../dtype.js";
import { launch } from "../../launch.js";
import { defineOp, FLOAT, INDEX } from "../../op.js";
import { at, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { overPlanes } from "./planes.js";
import { type OneOrTwo, pair, type Windows } from "./windows.js";

export interface MaxPoolOptions<Size = OneOrTwo> {
  /** Steps from one window to the next; the window's size unless given. */
  readonly stride?: Size;
  /** Places at both ends that count as −∞, at most half the window's size; 0 unless given. */
  readonly padding?: Size;
  /** Steps from one element of a window to the next; 1 unless given. */
  readonly dilation?: Size;
  /** Whether a last window may hang over the end. */
  readonly ceilMode?: boolean;
}

const OPTIONS = ["stride", "padding", "dilation", "ceilMode"];

/**
 * The largest element of each window. Of equal ones the first gets the gradient; a NaN is larger than every number.
 *
 * `out[n, c, y, x] = max of x[n, c, y · stride + i · dilation − padding, x · … + j · …]` over i < kH and j < kW
 *
 * Shapes: x (N, C, H, W) or (C, H, W) → (N, C, oH, oW) or (C, oH, oW),
 * oH = ⌊(H + 2 · padding − dilation · (kH − 1) − 1) / stride⌋ + 1, ⌈ ⌉ in `ceilMode`; rules are those of
 * `torch.nn.functional.max_pool2d`.
 *
 * @throws ShapeError when x has another rank, no window fits, or padding is more than half a window
 * @throws DTypeError for integers
 * @example
 * await maxPool2d(tensor([[[1, 2, 5], [3, 4, 0], [9, 1, 1]]]), 2, { stride: 1 }).toArray(); // [[[4, 5], [9, 4]]]
 */
export function maxPool2d(x: Tensor, kernel: OneOrTwo, options: MaxPoolOptions = {}): Tensor {
  checkOptions("maxPool2d", options, OPTIONS);
  const { stride = kernel, padding = 0, dilation = 1, ceilMode = false } = options;
  const sizes = { kernel: pair(kernel), stride: pair(stride), dilation: pair(dilation), ceilMode };
  return overPlanes("maxPool2d", x, { ...sizes, padding: pair(padding) }, largest);
}

/**
 * The largest element of each window along the last axis: `maxPool2d` with height 1.
 *
 * `out[n, c, t] = max of x[n, c, t · stride + k · dilation − padding]` over k < `kernel`
 *
 * Shapes: x (N, C, L) or (C, L) → (N, C, oL) or (C, oL)
 *
 * @throws ShapeError when x has another rank, no window fits, or padding is more than half a window
 * @throws DTypeError for integers
 * @example
 * await maxPool1d(tensor([[1, 3, 2, 5, 4]]), 2).toArray(); // [[3, 5]]
 * await maxPool1d(tensor([[1, 3, 2, 5, 4]]), 2, { ceilMode: true }).toArray(); // [[3, 5, 4]]
 */
export function maxPool1d(x: Tensor, kernel: number, options: MaxPoolOptions<number> = {}): Tensor {
  checkOptions("maxPool1d", options, OPTIONS);
  const { stride = kernel, padding = 0, dilation = 1, ceilMode = false } = options;
  const sizes = { kernel: [1, kernel], stride: [1, stride], dilation: [1, dilation], ceilMode } as const;
  return overPlanes("maxPool1d", x, { ...sizes, padding: [0, padding] }, largest);
}

/** x (P, H, W) → (P, oH, oW) */
const largest = (x: Tensor, windows: Windows): Tensor => takeOp(x, indexOp(x, windows), windows);

/** Numbers that describe windows to both kernels that walk them. */
const shared = ({ image, result, stride, padding }: Windows) => ({
  ...{ height: image[0], width: image[1], outHeight: result[0], outWidth: result[1] },
  ...{ strideY: stride[0], strideX: stride[1], paddingY: padding[0], paddingX: padding[1] },
});

/** Where the largest element of each window is. Constant wherever it has a derivative. */
const indexOp = defineOp<[x: Tensor], Windows>({
  name: "maxPool index",
  shape: ([x], { result }) => [at(x.shape, 0), ...result],
  dtype: () => "i32",
  forward({ inputs: [x], output: out, attributes: windows }) {
    const { size } = out;
    const { kernel, dilation } = windows;
    const [kernelHeight, kernelWidth] = kernel;
    const [dilationY, dilationX] = dilation;
    const inWindow = { kernelHeight, kernelWidth, dilationY, dilationX };
    const knobs = { Element: elementOf(x.dtype) };
    launch(
      kernels.maxPool,
      { x, out },
      { ...shared(windows), ...inWindow, size },
      { invocations: size, knobs },
    );
  },
});

/** The elements at these places; its gradient puts them back there, and that one's gradient takes them again. */
const takeOp: (x: Tensor, index: Tensor, windows: Windows) => Tensor = defineOp<
  [x: Tensor, index: Tensor],
  Windows
>({
  name: "maxPool",
  accepts: [FLOAT, INDEX],
  shape: ([, index]) => index.shape,
  forward({ inputs: [x, index], output: out, attributes: { image, result } }) {
    const { size, dtype } = out;
    const params = { size, area: sizeOf(image), windows: sizeOf(result) };
    const knobs = { Element: elementOf(dtype) };
    launch(kernels.poolTake, { x, index, out }, params, { invocations: size, knobs });
  },
  backward: ({ inputs: [, index], attributes, grad }) => [() => putOp(grad, index, attributes), undefined],
});

const putOp: (g: Tensor, index: Tensor, windows: Windows) => Tensor = defineOp<
  [g: Tensor, index: Tensor],
  Windows
>({
  name: "maxPool gradient",
  accepts: [FLOAT, INDEX],
  shape: ([g], { image }) => [at(g.shape, 0), ...image],
  forward({ inputs: [g, index], output: out, attributes: windows }) {
    const { size, dtype } = out;
    const { kernel, dilation } = windows;
    const spans = {
      spanY: dilation[0] * (kernel[0] - 1) + 1,
      spanX: dilation[1] * (kernel[1] - 1) + 1,
    };
    const knobs = { Element: elementOf(dtype) };
    launch(
      kernels.poolPut,
      { g, index, out },
      { ...shared(windows), ...spans, size },
      { invocations: size, knobs },
    );
  },
  backward: ({ inputs: [, index], attributes, grad }) => [() => takeOp(grad, index, attributes), undefined],
});
