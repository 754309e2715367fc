// Losses of the distance between a prediction and a target, element by element.
import type { Tensor } from "../../tensor.js";
import { abs, clamp, div, mul, sub } from "../elementwise/arithmetic.js";
import { square } from "../elementwise/powers.js";
import { checkPair } from "./pairs.js";
import { type ReductionOptions, reducer } from "./reduction.js";

/**
 * Squared error `(x − t)²`, its mean unless told otherwise. Shapes: input and target any one shape → one number, or that
 * shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when one of them is no float
 * @throws RangeError when the reduction is unknown
 * @example
 * await mse(tensor([1, 2]), tensor([1, 4])).item(); // 2
 */
export function mse(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  const reduce = reducer("mse", options);
  checkPair("mse", input, target);
  return reduce(square(sub(input, target)));
}

/**
 * Absolute error `|x − t|`, its mean unless told otherwise; its gradient at 0 is 0. Shapes: input and target any one
 * shape → one number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when one of them is no float
 * @throws RangeError when the reduction is unknown
 * @example
 * await l1(tensor([1, 2]), tensor([1, 4])).item(); // 1
 */
export function l1(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  const reduce = reducer("l1", options);
  checkPair("l1", input, target);
  return reduce(abs(sub(input, target)));
}

export interface SmoothL1Options extends ReductionOptions {
  /** The distance below which the error is a parabola; 1 unless told otherwise. */
  readonly beta?: number;
}

export interface HuberOptions extends ReductionOptions {
  /** The distance below which the error is a parabola; 1 unless told otherwise. */
  readonly delta?: number;
}

/** ½d² for |d| ≤ δ, else δ (|d| − ½δ): with c, the d cut off at ±δ, both are c (d − ½c). */
function rounded(d: Tensor, delta: number): Tensor {
  const c = clamp(d, -delta, delta);
  return mul(c, sub(d, mul(c, 0.5)));
}

/**
 * Absolute error with a rounded tip (Girshick 2015): `d² / 2β` for `d = |x − t| < β`, else `d − β/2`; the absolute error
 * for β = 0. Shapes: input and target any one shape → one number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when one of them is no float
 * @throws RangeError when beta is not a number ≥ 0, or the reduction is unknown
 * @example
 * await smoothL1(tensor([1, 2]), tensor([1, 4])).item(); // 0.75
 */
export function smoothL1(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const reduce = reducer("smoothL1", options, ["beta"]);
  const { beta = 1 } = options;
  if (!(beta >= 0 && beta < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`smoothL1: beta is ${beta}; use a number ≥ 0.`);
  }
  checkPair("smoothL1", input, target);
  const d = sub(input, target);
  return reduce(beta === 0 ? abs(d) : div(rounded(d, beta), beta));
}

/**
 * Squared error that goes on as a line (Huber 1964): `d² / 2` for `d = |x − t| ≤ δ`, else `δ (d − δ/2)`. Shapes: input
 * and target any one shape → one number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when one of them is no float
 * @throws RangeError when delta is not a number > 0, or the reduction is unknown
 * @example
 * await huber(tensor([1, 2]), tensor([1, 4]), { delta: 0.5 }).item(); // 0.4375
 */
export function huber(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const reduce = reducer("huber", options, ["delta"]);
  const { delta = 1 } = options;
  if (!(delta > 0 && delta < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`huber: delta is ${delta}; use a number > 0.`);
  }
  checkPair("huber", input, target);
  return reduce(rounded(sub(input, target), delta));
}
