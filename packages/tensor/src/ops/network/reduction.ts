// What becomes of the losses of a batch: the one place where the losses' `reduction` is read.
import { checkOptions } from "../../checks/checkArguments.js";
import type { Tensor } from "../../tensor.js";
import { div } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { mean, sum } from "../reduce/sum.js";
import { weightedMean } from "./weightedMean.js";

/** Their mean, their sum, or the losses themselves. */
export type Reduction = "mean" | "sum" | "none";

export interface ReductionOptions {
  /** What becomes of the losses; their mean unless told otherwise. */
  readonly reduction?: Reduction;
}

/** `counted` holds what each loss counts in a mean: 1, unless given. */
type Reducer = (losses: Tensor, counted?: Tensor) => Tensor;

const REDUCERS = {
  mean: (losses, counted) => (counted === undefined ? mean(losses) : weightedMean(losses, counted)),
  sum: (losses) => sum(losses),
  none: (losses) => losses,
  batchMean: (losses) => div(sum(losses), losses.shape[0] ?? 1),
} satisfies Record<string, Reducer>;

type Name = keyof typeof REDUCERS;

/**
 * Checks the options of a loss, `own` beside its reduction, and returns how to reduce.
 *
 * @throws TypeError in the name of `op` when there is no such option
 * @throws RangeError in the name of `op` when the reduction is unknown
 */
export function reducer(
  op: string,
  options: { readonly reduction?: Name },
  own: readonly string[] = [],
  allowed: readonly Name[] = ["mean", "sum", "none"],
): Reducer {
  checkOptions(op, options, ["reduction", ...own]);
  const { reduction = "mean" } = options;
  if (!allowed.includes(reduction)) {
    const names = allowed.map((name) => `"${name}"`);
    const last = names.pop();
    throw new RangeError(`${op}: reduction is "${reduction}"; use ${names.join(", ")} or ${last}.`);
  }
  const reduce: Reducer = REDUCERS[reduction];
  if (reduction === "none") return reduce;
  // Many f16 would overflow on the way to a mean that does not.
  return (losses, counted) => cast(reduce(cast(losses, "f32"), counted), losses.dtype);
}
