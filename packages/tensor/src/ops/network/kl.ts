import type { Tensor } from "../../tensor.js";
import { mul, sub } from "../elementwise/arithmetic.js";
import { eq } from "../elementwise/compare.js";
import { exp, log } from "../elementwise/powers.js";
import { where } from "../elementwise/where.js";
import { checkPair } from "./pairs.js";
import { type Reduction, reducer } from "./reduction.js";

export interface KlOptions {
  /** Whether the target holds log-probabilities too. */
  readonly logTarget?: boolean;
  /** `"batchMean"` divides the sum by the first axis: the divergence as it is defined. The default divides by all elements. */
  readonly reduction?: Reduction | "batchMean";
}

/** t log t, and 0 at 0. */
function timesLog(t: Tensor): Tensor {
  const isZero = eq(t, 0);
  return where(isZero, 0, mul(t, log(where(isZero, 1, t))));
}

/**
 * Kullback–Leibler divergence of log-probabilities x from a target p, element by element: `p (log p − x)`, 0 log 0 = 0.
 * Shapes: input and target any one shape → one number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when one of them is no float
 * @throws RangeError when the reduction is unknown
 * @example
 * const half = tensor([[0.5, 0.5]]);
 * await kl(log(tensor([[0.25, 0.75]])), half, { reduction: "batchMean" }).item(); // 0.1438410
 */
export function kl(input: Tensor, target: Tensor, options: KlOptions = {}): Tensor {
  const reduce = reducer("kl", options, ["logTarget"], ["mean", "batchMean", "sum", "none"]);
  const { logTarget = false } = options;
  checkPair("kl", input, target);
  if (logTarget) return reduce(mul(exp(target), sub(target, input)));
  return reduce(sub(timesLog(target), mul(target, input)));
}
