// Where windows lie on an image: pure rules of convolution and pooling, without GPU or Tensor.
import { ShapeError } from "../../errors.js";
import { show } from "../../shape.js";

/** A number for rows and one for columns. */
export type Pair = readonly [y: number, x: number];

/** One number for both axes, or one for each. */
export type OneOrTwo = number | Pair;

/** A kernel's windows on images: window p reads places p · stride + k · dilation − padding. */
export interface Windows {
  /** Height and width of the images, of a window, and of what has a number for each window. */
  readonly image: Pair;
  readonly kernel: Pair;
  readonly result: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Above and left. */
  readonly padding: Pair;
}

interface WindowOptions {
  readonly image: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Pair | "same" | "valid";
  readonly ceilMode?: boolean;
}

export const pair = (value: OneOrTwo): Pair => (typeof value === "number" ? [value, value] : value);

const AXES = [0, 1] as const;

/**
 * Counts the windows along both axes: ⌊(length + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1, or ⌈ ⌉ in
 * `ceilMode`, where a last window may hang over the end but must begin before the padding there.
 *
 * @throws ShapeError when a number is none of these, or no window fits
 */
export function windowsOf(op: string, options: WindowOptions): Windows {
  const { image, kernel, stride, dilation, padding: named, ceilMode = false } = options;
  if (typeof named === "string" && named !== "same" && named !== "valid") {
    throw new ShapeError(`${op}: padding is ${named}; use "same", "valid", a number, or a pair of them.`);
  }
  for (const [name, values, least] of [
    ["kernel", kernel, 1],
    ["stride", stride, 1],
    ["dilation", dilation, 1],
    ["padding", typeof named === "string" ? [0, 0] : named, 0],
  ] as const) {
    if (values.length !== 2 || values.some((value) => !Number.isInteger(value) || value < least)) {
      throw new ShapeError(`${op}: ${name} is ${show(values)}; use whole numbers ≥ ${least}.`);
    }
  }
  if (named === "same" && stride.some((step) => step !== 1)) {
    throw new ShapeError(
      `${op}: stride is ${show(stride)} with padding "same"; use stride 1, or numbers for padding.`,
    );
  }
  const span = (axis: 0 | 1) => dilation[axis] * (kernel[axis] - 1) + 1;
  // "same": the result is as long as the image; what is left over goes below and right.
  const before = (axis: 0 | 1): number =>
    named === "same" ? Math.floor((span(axis) - 1) / 2) : named === "valid" ? 0 : named[axis];
  const padded = (axis: 0 | 1): number =>
    image[axis] + (named === "same" ? span(axis) - 1 : 2 * before(axis));
  if (AXES.some((axis) => padded(axis) < span(axis))) {
    throw new ShapeError(
      `${op}: the kernel spans ${show(AXES.map(span))}, more than the padded input's ${show(AXES.map(padded))}; ` +
        "⌊(length + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1 must be at least 1: use a smaller kernel, or padding.",
    );
  }
  const result = (axis: 0 | 1): number => {
    const steps = (padded(axis) - span(axis)) / stride[axis];
    if (!ceilMode) return Math.floor(steps) + 1;
    const last = Math.ceil(steps);
    return last * stride[axis] < image[axis] + before(axis) ? last + 1 : last;
  };
  const both = (of: (axis: 0 | 1) => number): Pair => [of(0), of(1)];
  return { image, kernel, stride, dilation, padding: both(before), result: both(result) };
}
