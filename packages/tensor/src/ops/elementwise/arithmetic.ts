import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { zerosLike } from "../../create.js";
import { isFloat } from "../../dtype.js";
import type { Tensor } from "../../tensor.js";
import { binary, type Operand } from "./binary.js";
import { eq, gt, lt } from "./compare.js";
import { unary } from "./unary.js";
import { where } from "./where.js";

/**
 * Sum `a + b`. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the dtypes have no common one
 * @example
 * await add(tensor([1, 2]), 3).toArray(); // [4, 5]
 */
export const add = binary("ADD", ({ grad }) => [() => grad, () => grad], { insteadOfBool: "logicalOr()" });

/**
 * Difference `a − b`. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the dtypes have no common one
 * @example
 * await sub(1, tensor([1, 2])).toArray(); // [0, -1]
 */
export const sub = binary("SUB", ({ grad }) => [() => grad, () => neg(grad)], {
  insteadOfBool: "logicalXor()",
});

/**
 * Product `a · b`, element by element. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the dtypes have no common one
 * @example
 * await mul(tensor([[1], [2]]), tensor([3, 4])).toArray(); // [[3, 4], [6, 8]]
 */
export const mul = binary("MUL", ({ a, b, grad }) => [() => mul(grad, b), () => mul(grad, a)]);

const trueDivide = binary(
  "DIV",
  ({ b, output: y, grad }) => [() => div(grad, b), () => neg(div(mul(grad, y), b))],
  { kind: "float" },
);
const flat = ({ grad }: { readonly grad: Tensor }) => [() => zerosLike(grad), () => zerosLike(grad)] as const;
const divide = {
  trunc: binary("TRUNC_DIVIDE", flat, { name: "div", insteadOfBool: "logicalAnd()" }),
  floor: binary("FLOOR_DIVIDE", flat, { name: "div", insteadOfBool: "logicalAnd()" }),
};

export interface DivOptions {
  /** Rounds the quotient toward zero or down; integers then stay integers. */
  readonly roundingMode?: "trunc" | "floor";
}

/**
 * Quotient `a / b`; f32 for integers, unless it is rounded, as in PyTorch. An integer divided by 0 gives itself.
 * Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the dtypes have no common one
 * @throws RangeError when the rounding mode is unknown
 * @example
 * await div(tensor([1, 4]), 2).toArray(); // [0.5, 2]
 * await div(tensor([-7, 7]), 2, { roundingMode: "floor" }).toArray(); // [-4, 3]
 */
export function div(a: number, b: Tensor, options?: DivOptions): Tensor;
export function div(a: Tensor, b: Operand, options?: DivOptions): Tensor;
export function div(a: Operand, b: Operand, options: DivOptions = {}): Tensor {
  checkOptions("div", options, ["roundingMode"]);
  const { roundingMode } = options;
  if (roundingMode === undefined) return trueDivide(a as Tensor, b);
  const op = divide[roundingMode];
  if (op === undefined) {
    throw new RangeError(`div: roundingMode is "${roundingMode}"; use "trunc" or "floor", or leave it out.`);
  }
  return op(a as Tensor, b);
}

/**
 * Remainder of the floored quotient, `a − b ⌊a / b⌋`, with the sign of b, as Python's `%`.
 * Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await remainder(tensor([-3, 3]), 2).toArray(); // [1, 1]
 */
export const remainder = binary(
  "REMAINDER",
  ({ a, b, grad }) => [
    () => grad,
    () => neg(mul(grad, div(a as Tensor, b as Tensor, { roundingMode: "floor" }))),
  ],
  { insteadOfBool: "logicalAnd()" },
);

/**
 * Remainder of the truncated quotient, `a − b trunc(a / b)`, with the sign of a, as `%` in C and JavaScript.
 * Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await fmod(tensor([-3, 3]), 2).toArray(); // [-1, 1]
 */
export const fmod = binary(
  "FMOD",
  ({ a, b, grad }) => [
    () => grad,
    () => neg(mul(grad, div(a as Tensor, b as Tensor, { roundingMode: "trunc" }))),
  ],
  { insteadOfBool: "logicalAnd()" },
);

/** The gradient where the one operand was chosen; an equal pair shares it, and NaN passes it to both, as in PyTorch. */
const chosen = (grad: Tensor, larger: Operand, smaller: Operand): Tensor =>
  where(lt(larger as Tensor, smaller), 0, where(eq(larger as Tensor, smaller), mul(grad, 0.5), grad));

/**
 * The larger of a and b; NaN where one of them is. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await maximum(tensor([1, 5]), 3).toArray(); // [3, 5]
 */
export const maximum = binary("MAXIMUM", ({ a, b, grad }) => [
  () => chosen(grad, a, b),
  () => chosen(grad, b, a),
]);

/**
 * The smaller of a and b; NaN where one of them is. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await minimum(tensor([1, 5]), 3).toArray(); // [1, 3]
 */
export const minimum = binary("MINIMUM", ({ a, b, grad }) => [
  () => chosen(grad, b, a),
  () => chosen(grad, a, b),
]);

/**
 * Changes the sign: `−x`. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await neg(tensor([1, -2])).toArray(); // [-1, 2]
 */
export const neg = unary("NEG", ({ grad }) => [() => neg(grad)], {
  kind: "number",
  integers: "NEG_INTEGER",
}) as (x: Tensor) => Tensor;

/**
 * Absolute value `|x|`; its gradient at 0 is 0. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await abs(tensor([1, -2])).toArray(); // [1, 2]
 */
export const abs = unary("ABS", ({ inputs: [x], grad }) => [() => mul(grad, sign(x))], {
  kind: "number",
}) as (x: Tensor) => Tensor;

/**
 * −1, 0 or 1 by the sign of x; its gradient is 0. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await sign(tensor([-3, 0, 2])).toArray(); // [-1, 0, 1]
 */
export const sign = unary("SIGN", ({ grad }) => [() => zerosLike(grad)], { kind: "number" }) as (
  x: Tensor,
) => Tensor;

const clampOp = unary(
  "CLAMP",
  ({ inputs: [x], attributes: { a: min, b: max }, grad }) => [
    // The bounds themselves pass the gradient, as in PyTorch.
    () => where(gt(min, x), 0, where(gt(x, max), 0, grad)),
  ],
  { kind: "number" },
);

/** The bounds that every number of a dtype keeps. */
const WIDEST = { i32: [-(2 ** 31), 2 ** 31 - 1], u32: [0, 2 ** 32 - 1] } as const;

/**
 * The number in [min, max] nearest to x; leave a bound out by −Infinity or Infinity. Shapes: any → the same.
 *
 * @throws RangeError when min or max is NaN
 * @throws DTypeError when x is bool, or an integer and a bound is no whole number
 * @example
 * await clamp(tensor([-2, 0.5, 3]), 0, 1).toArray(); // [0, 0.5, 1]
 */
export function clamp(x: Tensor, min: number, max: number = Number.POSITIVE_INFINITY): Tensor {
  checkTensor("clamp", x);
  if (!(min >= Number.NEGATIVE_INFINITY && max >= Number.NEGATIVE_INFINITY)) {
    throw new RangeError(`clamp: the bounds are ${min} and ${max}; use numbers.`);
  }
  const { dtype } = x;
  const [low, high] = isFloat(dtype) || dtype === "bool" ? [min, max] : WIDEST[dtype as "i32" | "u32"];
  return clampOp(x, [Math.max(min, low), Math.min(max, high)]);
}
