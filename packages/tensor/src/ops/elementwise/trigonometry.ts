import type { Tensor } from "../../tensor.js";
import { add, div, mul, neg, sub } from "./arithmetic.js";
import { binary } from "./binary.js";
import { rsqrt, square } from "./powers.js";
import { unary } from "./unary.js";

/**
 * Sine of x in radians. Shapes: any → the same. As accurate for large x as for small.
 *
 * @example
 * await sin(tensor([0, 1])).toArray(); // [0, 0.841471]
 */
export const sin = unary("SIN", ({ inputs: [x], grad }) => [() => mul(grad, cos(x))]) as (
  x: Tensor,
) => Tensor;

/**
 * Cosine of x in radians. Shapes: any → the same. As accurate for large x as for small.
 *
 * @example
 * await cos(tensor([0, 1])).toArray(); // [1, 0.5403023]
 */
export const cos = unary("COS", ({ inputs: [x], grad }) => [() => neg(mul(grad, sin(x)))]) as (
  x: Tensor,
) => Tensor;

/**
 * Tangent of x in radians. Shapes: any → the same.
 *
 * @example
 * await tan(tensor([0, 1])).toArray(); // [0, 1.5574077]
 */
export const tan = unary("TAN", ({ output: y, grad }) => [() => mul(grad, add(square(y), 1))]) as (
  x: Tensor,
) => Tensor;

/**
 * The angle in [−π/2, π/2] whose sine is x; NaN outside [−1, 1]. Shapes: any → the same.
 *
 * @example
 * await asin(tensor([0, 1])).toArray(); // [0, 1.5707963]
 */
export const asin = unary("ASIN", ({ inputs: [x], grad }) => [() => mul(grad, rsqrt(sub(1, square(x))))]) as (
  x: Tensor,
) => Tensor;

/**
 * The angle in [0, π] whose cosine is x; NaN outside [−1, 1]. Shapes: any → the same.
 *
 * @example
 * await acos(tensor([1, 0])).toArray(); // [0, 1.5707963]
 */
export const acos = unary("ACOS", ({ inputs: [x], grad }) => [
  () => neg(mul(grad, rsqrt(sub(1, square(x))))),
]) as (x: Tensor) => Tensor;

/**
 * The angle in [−π/2, π/2] whose tangent is x. Shapes: any → the same.
 *
 * @example
 * await atan(tensor([0, 1])).toArray(); // [0, 0.7853982]
 */
export const atan = unary("ATAN", ({ inputs: [x], grad }) => [() => div(grad, add(square(x), 1))]) as (
  x: Tensor,
) => Tensor;

/**
 * The angle in [−π, π] of the point (x = b, y = a). Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await atan2(tensor([1, 0]), tensor([1, -1])).toArray(); // [0.7853982, 3.1415927]
 */
export const atan2 = binary(
  "ATAN2",
  ({ a, b, grad }) => {
    const over = (operand: typeof a) => div(mul(grad, operand), add(squared(a) as Tensor, squared(b)));
    return [() => over(b), () => neg(over(a))];
  },
  { kind: "float" },
);

const squared = (operand: Tensor | number | boolean): Tensor | number =>
  typeof operand === "object" ? square(operand) : Number(operand) ** 2;

/**
 * Hyperbolic sine `(eˣ − e⁻ˣ) / 2`, without loss of digits near 0. Shapes: any → the same.
 *
 * @example
 * await sinh(tensor([0, 1])).toArray(); // [0, 1.1752012]
 */
export const sinh = unary("SINH", ({ inputs: [x], grad }) => [() => mul(grad, cosh(x))]) as (
  x: Tensor,
) => Tensor;

/**
 * Hyperbolic cosine `(eˣ + e⁻ˣ) / 2`. Shapes: any → the same.
 *
 * @example
 * await cosh(tensor([0, 1])).toArray(); // [1, 1.5430806]
 */
export const cosh = unary("COSH", ({ inputs: [x], grad }) => [() => mul(grad, sinh(x))]) as (
  x: Tensor,
) => Tensor;
