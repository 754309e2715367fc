import { kernels } from "@weft/kernels";
import { checkTensor } from "../../checks/checkTensor.js";
import { computeOf, elementOf } from "../../dtype.js";
import { launch } from "../../launch.js";
import { defineMultiOp, FLOAT, INDEX } from "../../op.js";
import { arange } from "../../sequences.js";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul, neg } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { eq, logicalAnd, ne } from "../elementwise/compare.js";
import { where } from "../elementwise/where.js";
import { reshape, unsqueeze } from "../layout/layout.js";
import { type ClassOptions, checkClassOptions, checkTargets, classAxis, weightKnobs } from "./classes.js";
import { reducer } from "./reduction.js";
import type { Rows } from "./rows.js";

interface NllAttributes extends Rows {
  readonly ignoreIndex: number;
}

/** [log-probabilities, targets, weight?] → the losses, and what each counts in a mean; both f32. */
const nllOp = defineMultiOp<readonly Tensor[], NllAttributes>({
  name: "nll",
  accepts: [FLOAT, INDEX, FLOAT],
  shapes: ([, targets]) => [(targets as Tensor).shape, (targets as Tensor).shape],
  forward({ inputs, outputs, attributes }) {
    const [x, targets, weight] = [at(inputs, 0), at(inputs, 1), inputs[2]];
    launch(
      kernels.nll,
      { x, targets, weight: weight ?? x, losses: at(outputs, 0), counted: at(outputs, 1) },
      attributes,
      {
        invocations: attributes.rows,
        knobs: { ...weightKnobs(weight), Element: elementOf(x.dtype), Compute: computeOf(x.dtype) },
      },
    );
  },
  backward: ({ inputs, outputs, attributes: { cols, ignoreIndex }, grads }) => [
    // −w at the target, 0 elsewhere.
    () => {
      const [x, targets] = [at(inputs, 0), at(inputs, 1)];
      const axis = classAxis(x);
      const shape = x.shape.map((_, i) => (i === axis ? cols : 1));
      const classes = reshape(arange(cols, { dtype: "i32", device: x.device }), shape);
      const chosen = unsqueeze(targets, axis);
      const counts = logicalAnd(eq(chosen, classes), ne(chosen, ignoreIndex));
      return where(counts, unsqueeze(neg(mul(at(grads, 0), at(outputs, 1).detach())), axis), 0);
    },
    ...inputs.slice(1).map(() => undefined),
  ],
});

/**
 * Negative log-likelihood of log-probabilities against class numbers, `−w[t] x[t]`, as PyTorch defines it;
 * `nll(logSoftmax(x, 1), targets)` is `crossEntropy(x, targets)`. The mean divides by the sum of the w[t] that count.
 *
 * Shapes: logProbabilities (N, V, …) or (V), targets (N, …) or () of dtype i32 → one number, or (N, …) with
 * `reduction: "none"`. A target outside 0 … V − 1 gives NaN (and no gradient), unless it is `ignoreIndex`; the mean of nothing but ignored
 * targets is NaN.
 *
 * @throws ShapeError when log-probabilities, targets and weight do not go together
 * @throws DTypeError when the targets are not i32
 * @throws RangeError when an option is out of its range
 * @example
 * await nll(tensor([[-1, -2], [-3, -4]]), tensor([0, 1], { dtype: "i32" })).item(); // 2.5
 */
export function nll(logProbabilities: Tensor, targets: Tensor, options: ClassOptions = {}): Tensor {
  checkTensor("nll", logProbabilities);
  checkTensor("nll", targets, "input 2");
  const reduce = reducer("nll", options, ["ignoreIndex", "weight"]);
  const { ignoreIndex = -100, weight } = options;
  const rows = checkTargets("nll", "logProbabilities", logProbabilities, targets);
  checkClassOptions("nll", logProbabilities, options);
  const inputs = weight === undefined ? [logProbabilities, targets] : [logProbabilities, targets, weight];
  const [losses, counted] = nllOp(...inputs, { ...rows, ignoreIndex }) as [Tensor, Tensor];
  return cast(reduce(losses, counted), logProbabilities.dtype);
}
