// Ops that round: integers come back as they are, gradients are 0.
import { zerosLike } from "../../create.js";
import type { Tensor } from "../../tensor.js";
import { unary } from "./unary.js";

function rounding(selector: "FLOOR" | "CEIL" | "ROUND" | "TRUNC"): (x: Tensor) => Tensor {
  const op = unary(selector, ({ grad }) => [() => zerosLike(grad)], { kind: "number" });
  return (x) => (x?.dtype === "i32" || x?.dtype === "u32" ? x : op(x));
}

/**
 * The next whole number below. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await floor(tensor([1.5, -1.5])).toArray(); // [1, -2]
 */
export const floor = rounding("FLOOR");

/**
 * The next whole number above. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await ceil(tensor([1.5, -1.5])).toArray(); // [2, -1]
 */
export const ceil = rounding("CEIL");

/**
 * The nearest whole number, halves to the even one. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await round(tensor([0.5, 1.5, -2.6])).toArray(); // [0, 2, -3]
 */
export const round = rounding("ROUND");

/**
 * The next whole number toward zero. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await trunc(tensor([1.5, -1.5])).toArray(); // [1, -1]
 */
export const trunc = rounding("TRUNC");
