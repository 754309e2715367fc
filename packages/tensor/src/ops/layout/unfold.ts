import { kernels } from "@weft/kernels";
import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { computeOf, elementOf } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { launch } from "../../launch.js";
import { defineOp, defineView } from "../../op.js";
import { at, frontAxis, type Shape, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

export interface UnfoldOptions {
  /** Steps from one element of a window to the next. */
  readonly dilation?: number;
}

interface Windows {
  readonly axis: number;
  /** Elements of a window. */
  readonly size: number;
  /** Elements from the beginning of a window to that of the next. */
  readonly step: number;
  readonly dilation: number;
}

/** Elements of the axis that a window spans. */
const spanOf = ({ size, dilation }: Windows): number => (size === 0 ? 0 : (size - 1) * dilation + 1);

const countOf = (length: number, windows: Windows): number =>
  Math.floor((length - spanOf(windows)) / windows.step) + 1;

const unfoldOp = defineView<Windows>({
  name: "unfold",
  layouts({ shape, strides, offset }, windows) {
    const { axis, size, step, dilation } = windows;
    const stride = at(strides, axis);
    return [
      {
        shape: [...shape.with(axis, countOf(at(shape, axis), windows)), size],
        strides: [...strides.with(axis, stride * step), stride * dilation],
        offset,
      },
    ];
  },
  backward: ({ inputs: [x], attributes, grad }) => [() => foldOp(grad, { ...attributes, shape: x.shape })],
});

/** The sum of what the windows hold for each element of `shape`, from which they were taken. */
const foldOp = defineOp<[x: Tensor], Windows & { readonly shape: Shape }>({
  name: "unfold gradient",
  shape: (_, { shape }) => shape,
  forward({ inputs: [x], output, attributes: { shape, axis, size, step, dilation } }) {
    launch(
      kernels.fold,
      { x, out: output },
      {
        ...{ length: at(shape, axis), inner: sizeOf(shape.slice(axis + 1)) },
        windows: size === 0 ? 0 : at(x.shape, axis),
        ...{ windowSize: size, step, dilation, size: output.size },
      },
      {
        invocations: output.size,
        knobs: { Element: elementOf(output.dtype), Compute: computeOf(output.dtype) },
      },
    );
  },
  backward: ({ attributes: { axis, size, step, dilation }, grad }) => [
    () => unfold(grad, axis, size, step, { dilation }),
  ],
});

/**
 * All windows of `size` elements along an axis, each `step` after the one before; their elements lie on a new last axis.
 * Shares storage, so windows that overlap show the same elements. As `torch.Tensor.unfold`, and beyond it with `dilation`.
 *
 * `unfold(x)[…, w, …, k] = x[…, w · step + k · dilation, …]`
 *
 * Shapes: (…, L, …) → (…, W, …, size), W = ⌊(L − dilation · (size − 1) − 1) / step⌋ + 1
 *
 * @throws ShapeError when a window is longer than the axis, or step or dilation is no whole number ≥ 1
 * @example
 * await unfold(arange(5), 0, 3, 2).toArray(); // [[0, 1, 2], [2, 3, 4]]
 * await unfold(arange(5), 0, 2, 1, { dilation: 3 }).toArray(); // [[0, 3], [1, 4]]
 */
export function unfold(x: Tensor, axis: number, size: number, step = 1, options: UnfoldOptions = {}): Tensor {
  checkTensor("unfold", x);
  checkOptions("unfold", options, ["dilation"]);
  const { dilation = 1 } = options;
  const windows = { axis: frontAxis("unfold", axis, x.rank), size, step, dilation };
  const isWhole = [size, step - 1, dilation - 1].every((value) => Number.isInteger(value) && value >= 0);
  if (!isWhole) {
    throw new ShapeError(
      `unfold: size is ${size}, step ${step} and dilation ${dilation}; use whole numbers, step and dilation from 1.`,
    );
  }
  const span = spanOf(windows);
  if (span > at(x.shape, windows.axis)) {
    throw new ShapeError(
      `unfold: a window spans ${span} elements, more than axis ${axis} of ${show(x.shape)}; use a smaller size, or pad().`,
    );
  }
  return at(unfoldOp(x, windows), 0);
}
