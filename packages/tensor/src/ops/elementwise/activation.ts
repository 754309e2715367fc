import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { isFloat } from "../../dtype.js";
import type { Tensor } from "../../tensor.js";
import { add, mul, neg, sub } from "./arithmetic.js";
import { cast } from "./cast.js";
import { gt, le, lt } from "./compare.js";
import { exp, square } from "./powers.js";
import { unary } from "./unary.js";
import { where } from "./where.js";

/**
 * Logistic function `σ(x) = 1 / (1 + e⁻ˣ)`, without overflow for any x. Shapes: any → the same.
 *
 * @example
 * await sigmoid(tensor([0, 2])).toArray(); // [0.5, 0.8807971]
 */
export const sigmoid = unary("SIGMOID", ({ output: y, grad }) => [() => mul(grad, mul(y, sub(1, y)))]) as (
  x: Tensor,
) => Tensor;

/**
 * Hyperbolic tangent, without overflow for any x. Shapes: any → the same.
 *
 * @example
 * await tanh(tensor([0, 1])).toArray(); // [0, 0.7615942]
 */
export const tanh = unary("TANH", ({ output: y, grad }) => [() => mul(grad, sub(1, square(y)))]) as (
  x: Tensor,
) => Tensor;

const softplusOp = unary("SOFTPLUS", ({ inputs: [x], attributes: { a: beta }, grad }) => [
  () => mul(grad, sigmoid(mul(x, beta))),
]);

/**
 * Smooth rectifier `ln (1 + e^(βx)) / β`, without overflow for any x. Shapes: any → the same.
 *
 * @throws RangeError when beta is not a number > 0
 * @example
 * await softplus(tensor([0, 100])).toArray(); // [0.6931472, 100]
 */
export function softplus(x: Tensor, options: { readonly beta?: number } = {}): Tensor {
  checkOptions("softplus", options, ["beta"]);
  const { beta = 1 } = options;
  if (!(beta > 0)) throw new RangeError(`softplus: beta is ${beta}; use a number > 0.`);
  return softplusOp(x, [beta]);
}

/**
 * Logarithm of the logistic function, `ln σ(x)`, without underflow for any x. Shapes: any → the same.
 *
 * @example
 * await logSigmoid(tensor([0, -100])).toArray(); // [-0.6931472, -100]
 */
export function logSigmoid(x: Tensor): Tensor {
  checkTensor("logSigmoid", x);
  return neg(softplus(neg(isFloat(x.dtype) ? x : cast(x, "f32"))));
}

/**
 * `x · σ(x)`, also called swish (Elfwing et al. 2017). Shapes: any → the same.
 *
 * @example
 * await silu(tensor([0, 1])).toArray(); // [0, 0.7310586]
 */
export const silu = unary("SILU", ({ inputs: [x], grad }) => [
  () => {
    const s = sigmoid(x);
    return mul(grad, mul(s, add(mul(x, sub(1, s)), 1)));
  },
]) as (x: Tensor) => Tensor;

/** Density of the standard normal distribution. */
const density = (x: Tensor): Tensor => mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));

const geluOp = unary("GELU", ({ inputs: [x], grad }) => [
  // Φ(x) + x φ(x)
  () => mul(grad, add(mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5), mul(x, density(x)))),
]);

const geluTanhOp = unary("GELU_TANH", ({ inputs: [x], grad }) => [
  // x σ(2u) with u = √(2/π) (x + 0.044715 x³), so σ + x σ(1 − σ) 2u′.
  () => {
    const factor = 2 * Math.sqrt(2 / Math.PI);
    const s = sigmoid(mul(mul(x, add(mul(square(x), 0.044715), 1)), factor));
    const slope = mul(add(mul(square(x), 3 * 0.044715), 1), factor);
    return mul(grad, add(s, mul(mul(x, slope), mul(s, sub(1, s)))));
  },
]);

export interface GeluOptions {
  /** `"none"`: the definition by erf; `"tanh"`: the formula by tanh that GPT-2 uses. */
  readonly approximate?: "none" | "tanh";
}

/**
 * Gaussian error linear unit `x Φ(x)`, or its tanh approximation (Hendrycks and Gimpel 2016). Shapes: any → the same.
 *
 * @throws RangeError when the approximation is unknown
 * @example
 * await gelu(tensor([0, 1])).toArray(); // [0, 0.8413447]
 * await gelu(tensor([1]), { approximate: "tanh" }).toArray(); // [0.841192]
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions("gelu", options, ["approximate"]);
  const { approximate = "none" } = options;
  if (approximate !== "none" && approximate !== "tanh") {
    throw new RangeError(`gelu: approximate is "${approximate}"; use "none" or "tanh".`);
  }
  return (approximate === "tanh" ? geluTanhOp : geluOp)(x);
}

/**
 * Rectifier `max(x, 0)`; its gradient at 0 is 0, as in PyTorch. Shapes: any → the same.
 *
 * @throws DTypeError when x is bool
 * @example
 * await relu(tensor([-1, 2])).toArray(); // [0, 2]
 */
export const relu = unary("RELU", ({ output: y, grad }) => [() => where(le(y, 0), 0, grad)], {
  kind: "number",
}) as (x: Tensor) => Tensor;

const leakyReluOp = unary("LEAKY_RELU", ({ inputs: [x], attributes: { a: slope }, grad }) => [
  () => where(gt(x, 0), grad, mul(grad, slope)),
]);

/**
 * Rectifier with a slope below 0: x for x ≥ 0, else `negativeSlope · x`. Shapes: any → the same.
 *
 * @example
 * await leakyRelu(tensor([-1, 2])).toArray(); // [-0.01, 2]
 */
export function leakyRelu(x: Tensor, options: { readonly negativeSlope?: number } = {}): Tensor {
  checkOptions("leakyRelu", options, ["negativeSlope"]);
  const { negativeSlope = 0.01 } = options;
  return leakyReluOp(x, [negativeSlope]);
}

const eluOp = unary("ELU", ({ inputs: [x], attributes: { a: alpha }, grad }) => [
  () => where(gt(x, 0), grad, mul(grad, mul(exp(minimumOfZero(x)), alpha))),
]);

/** x below 0, else 0: what exp() may see without overflow. */
const minimumOfZero = (x: Tensor): Tensor => where(lt(x, 0), x, 0);

/**
 * Exponential linear unit: x for x > 0, else `α (eˣ − 1)`; its gradient at 0 is α, as in PyTorch (Clevert et al. 2015). Shapes: any → the same.
 *
 * @example
 * await elu(tensor([-1, 2])).toArray(); // [-0.6321206, 2]
 */
export function elu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  checkOptions("elu", options, ["alpha"]);
  const { alpha = 1 } = options;
  return eluOp(x, [alpha]);
}

/**
 * Error function `2/√π ∫₀ˣ e^(−t²) dt`. Shapes: any → the same.
 *
 * @example
 * await erf(tensor([0, 1])).toArray(); // [0, 0.8427008]
 */
export const erf = unary("ERF", ({ inputs: [x], grad }) => [
  () => mul(grad, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))),
]) as (x: Tensor) => Tensor;

/**
 * Inverse of the error function: the y with `erf(y) = x`; ±∞ at ±1, NaN beyond. Shapes: any → the same.
 *
 * `√2 · erfinv(2u − 1)` of uniform numbers u is standard normal.
 *
 * @example
 * await erfinv(tensor([0, 0.5, -1])).toArray(); // [0, 0.4769363, -Infinity]
 */
export const erfinv = unary("ERFINV", ({ output: y, grad }) => [
  () => mul(grad, mul(exp(square(y)), Math.sqrt(Math.PI) / 2)),
]) as (x: Tensor) => Tensor;
