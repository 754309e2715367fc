import { checkOptions } from "../../checks/checkArguments.js";
import { checkInputs, FLOAT } from "../../op.js";
import { broadcast, type Shape } from "../../shape.js";
import { Tensor } from "../../tensor.js";
import { add, div, mul, sub } from "./arithmetic.js";

/** Refuses what one of the parts would refuse in its own name. */
function check(op: string, inputs: readonly Tensor[], options: BlendOptions = {}): void {
  checkOptions(op, options, ["value"]);
  checkInputs(op, inputs, [FLOAT]);
  inputs.reduce<Shape>((shape, x) => broadcast(op, shape, x.shape), []);
}

/**
 * Linear interpolation `start + weight · (end − start)`. Shapes: any that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when an input is no float
 * @example
 * await lerp(tensor([0, 10]), tensor([4, 20]), 0.5).toArray(); // [2, 15]
 */
export function lerp(start: Tensor, end: Tensor, weight: Tensor | number): Tensor {
  check("lerp", [start, end, ...(weight instanceof Tensor ? [weight] : [])]);
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
  check("addcmul", [x, a, b], options);
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
  check("addcdiv", [x, a, b], options);
  return add(x, scaled(div(a, b), options));
}
