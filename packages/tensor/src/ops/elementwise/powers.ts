import { zerosLike } from "../../create.js";
import { isFloat } from "../../dtype.js";
import { Tensor } from "../../tensor.js";
import { add, div, mul, neg, sub } from "./arithmetic.js";
import { type BinaryOp, binary, type Operand } from "./binary.js";
import { eq } from "./compare.js";
import { unary } from "./unary.js";
import { where } from "./where.js";

/**
 * Square `x²`. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await square(tensor([2, -3])).toArray(); // [4, 9]
 */
export const square = unary("SQUARE", ({ inputs: [x], grad }) => [() => mul(grad, mul(x, 2))], {
  kind: "number",
}) as (x: Tensor) => Tensor;

/**
 * Square root `√x`; NaN below 0. Shapes: any → the same.
 *
 * @example
 * await sqrt(tensor([4, 9])).toArray(); // [2, 3]
 */
export const sqrt = unary("SQRT", ({ output: y, grad }) => [() => div(grad, mul(y, 2))]) as (
  x: Tensor,
) => Tensor;

/**
 * Reciprocal square root `1 / √x`; ∞ at 0, NaN below. Shapes: any → the same.
 *
 * @example
 * await rsqrt(tensor([4, 16])).toArray(); // [0.5, 0.25]
 */
export const rsqrt = unary("RSQRT", ({ output: y, grad }) => [
  () => mul(grad, mul(mul(y, mul(y, y)), -0.5)),
]) as (x: Tensor) => Tensor;

/**
 * Reciprocal `1 / x`. Shapes: any → the same.
 *
 * @example
 * await reciprocal(tensor([4, -2])).toArray(); // [0.25, -0.5]
 */
export const reciprocal = unary("RECIPROCAL", ({ output: y, grad }) => [() => neg(mul(grad, mul(y, y)))]) as (
  x: Tensor,
) => Tensor;

/**
 * Exponential `eˣ`. Shapes: any → the same.
 *
 * @example
 * await exp(tensor([0, 1])).toArray(); // [1, 2.7182818]
 */
export const exp = unary("EXP", ({ output: y, grad }) => [() => mul(grad, y)]) as (x: Tensor) => Tensor;

/**
 * `eˣ − 1` without loss of digits near 0. Shapes: any → the same.
 *
 * @example
 * await expm1(tensor([0, 1e-6])).toArray(); // [0, 1.0000005e-6]
 */
export const expm1 = unary("EXPM1", ({ output: y, grad }) => [() => mul(grad, add(y, 1))]) as (
  x: Tensor,
) => Tensor;

/**
 * Natural logarithm `ln x`; −∞ at 0, NaN below. Shapes: any → the same.
 *
 * @example
 * await log(tensor([1, 2])).toArray(); // [0, 0.6931472]
 */
export const log = unary("LOG", ({ inputs: [x], grad }) => [() => div(grad, x)]) as (x: Tensor) => Tensor;

/**
 * `ln (1 + x)` without loss of digits near 0. Shapes: any → the same.
 *
 * @example
 * await log1p(tensor([0, 1e-6])).toArray(); // [0, 9.999995e-7]
 */
export const log1p = unary("LOG1P", ({ inputs: [x], grad }) => [() => div(grad, add(x, 1))]) as (
  x: Tensor,
) => Tensor;

/**
 * Logarithm to base 2; −∞ at 0, NaN below. Shapes: any → the same.
 *
 * @example
 * await log2(tensor([1, 8])).toArray(); // [0, 3]
 */
export const log2 = unary("LOG2", ({ inputs: [x], grad }) => [() => div(grad, mul(x, Math.LN2))]) as (
  x: Tensor,
) => Tensor;

const power = binary(
  "POW",
  ({ a, b, output: y, grad }) => [
    // b aᵇ⁻¹, which is 0 for b = 0 even where a⁻¹ is infinite.
    () => {
      if (b === 0) return zerosLike(grad);
      const slope = mul(grad, mul(pow(a as Tensor, minusOne(b) as Tensor), b));
      return b instanceof Tensor ? where(eq(b, 0), 0, slope) : slope;
    },
    // aᵇ ln a; at a = 0 the power stays 0 for b > 0, as in PyTorch.
    () =>
      a instanceof Tensor
        ? where(eq(a, 0), 0, mul(grad, mul(y, log(a))))
        : mul(grad, mul(y, a === 0 ? 0 : Math.log(Number(a)))),
  ],
  { integers: "POW_INTEGER", insteadOfBool: "logicalOr()" },
);

const minusOne = (exponent: Operand): Operand =>
  exponent instanceof Tensor ? sub(exponent, 1) : Number(exponent) - 1;

/**
 * Power `aᵇ`, IEEE 754's pow: 1 for b = 0, NaN for a negative a and a b that is no whole number. Integers stay integers.
 * Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await pow(tensor([2, -3]), 3).toArray(); // [8, -27]
 */
export const pow: BinaryOp = (a: Operand, b: Operand): Tensor => {
  // Its derivatives are powers again: without this they would meet 0⁻¹.
  if (a instanceof Tensor && isFloat(a.dtype) && b === 2) return square(a);
  return power(a as Tensor, b);
};
