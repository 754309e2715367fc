import { checkInputs, FLOAT } from "../../op.js";
import { Tensor } from "../../tensor.js";
import { add, div, mul, sub } from "./arithmetic.js";

/**
 * Linear interpolation `start + weight · (end − start)`. Shapes: any that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when an input is no float
 * @example
 * await lerp(tensor([0, 10]), tensor([4, 20]), 0.5).toArray(); // [2, 15]
 */
export function lerp(start: Tensor, end: Tensor, weight: Tensor | number): Tensor {
  checkInputs("lerp", [start, end, ...(weight instanceof Tensor ? [weight] : [])], [FLOAT]);
  return add(start, mul(sub(end, start), weight));
}

export interface BlendOptions {
  /** What the product or quotient is multiplied with; 1 unless told otherwise. */
  readonly value?: number;
}

/** `value · y`, without a kernel where value is 1. */
const scaled = (y: Tensor, { value = 1 }: BlendOptions): Tensor => (value === 1 ? y : mul(y, value));

/**
 * `x + value · a · b`. Shapes: any three that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when an input is no float
 * @example
 * await addcmul(tensor([1]), tensor([2]), tensor([3]), { value: 0.5 }).toArray(); // [4]
 */
export function addcmul(x: Tensor, a: Tensor, b: Tensor, options: BlendOptions = {}): Tensor {
  checkInputs("addcmul", [x, a, b], [FLOAT]);
  return add(x, scaled(mul(a, b), options));
}

/**
 * `x + value · a / b`. Shapes: any three that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when an input is no float
 * @example
 * await addcdiv(tensor([1]), tensor([6]), tensor([3]), { value: 0.5 }).toArray(); // [2]
 */
export function addcdiv(x: Tensor, a: Tensor, b: Tensor, options: BlendOptions = {}): Tensor {
  checkInputs("addcdiv", [x, a, b], [FLOAT]);
  return add(x, scaled(div(a, b), options));
}
