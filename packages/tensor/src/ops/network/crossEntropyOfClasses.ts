// Cross-entropy against class numbers: log-softmax, choice, weights and smoothing in one kernel, and its gradient in another.
import { kernels } from "@weft/kernels";
import { ones } from "../../create.js";
import { computeOf, elementOf } from "../../dtype.js";
import { launch } from "../../launch.js";
import { defineMultiOp, defineOp, F32, FLOAT, INDEX } from "../../op.js";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { add, mul, sub } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { ne } from "../elementwise/compare.js";
import { unsqueeze } from "../layout/layout.js";
import { sum } from "../reduce/sum.js";
import { classAxis, weightKnobs } from "./classes.js";
import { type Rows, rowWorkgroup } from "./rows.js";
import { softmax } from "./softmax.js";

export interface ClassAttributes extends Rows {
  readonly ignoreIndex: number;
  readonly smoothing: number;
}

/** One workgroup a row. */
const options = (x: Tensor, weight: Tensor | undefined, { rows, cols, smoothing }: ClassAttributes) => ({
  rows,
  knobs: {
    ...{ WORKGROUP: rowWorkgroup(cols), SMOOTHED: smoothing > 0 ? 1 : 0, ...weightKnobs(weight) },
    ...{ Element: elementOf(x.dtype), Compute: computeOf(x.dtype) },
  },
});

/** [logits, targets, weight?] → the losses, and what each counts in a mean; both have the shape of the targets and are f32. */
export const crossEntropyOfClasses = defineMultiOp<readonly Tensor[], ClassAttributes>({
  name: "crossEntropy",
  accepts: [FLOAT, INDEX, FLOAT],
  shapes: ([, targets]) => [(targets as Tensor).shape, (targets as Tensor).shape],
  forward({ inputs, outputs, attributes }) {
    const [x, targets, weight] = [at(inputs, 0), at(inputs, 1), inputs[2]];
    launch(
      kernels.crossEntropy,
      { x, targets, weight: weight ?? x, losses: at(outputs, 0), counted: at(outputs, 1) },
      attributes,
      options(x, weight, attributes),
    );
  },
  backward: ({ inputs: [x, targets, ...weight], attributes, grad }) => [
    () => crossEntropyGradient(x as Tensor, targets as Tensor, grad, ...weight, attributes),
    undefined,
    ...weight.map(() => undefined),
  ],
});

/** [logits, targets, the gradient of the losses, weight?] → the gradient of the logits, g ⊙ (a softmax(x) − b). */
const crossEntropyGradient: (...args: [...Tensor[], ClassAttributes]) => Tensor = defineOp<
  readonly Tensor[],
  ClassAttributes
>({
  name: "crossEntropyGradient",
  accepts: [FLOAT, INDEX, F32, FLOAT],
  shape: ([x]) => (x as Tensor).shape,
  forward({ inputs, output, attributes }) {
    const [x, targets, g, weight] = [at(inputs, 0), at(inputs, 1), at(inputs, 2), inputs[3]];
    // The gradient of a mean is one number for all rows.
    const isOne = g.strides.every((stride) => stride === 0);
    const dLosses = isOne ? g.view({ shape: [1], strides: [1], offset: g.offset }) : g;
    launch(
      kernels.crossEntropyGradient,
      { x, targets, weight: weight ?? x, dLosses, dx: output },
      { ...attributes, lossStep: isOne ? 0 : 1 },
      options(x, weight, attributes),
    );
  },
  backward({ inputs, attributes, grad }) {
    const [x, targets, g, weight] = [at(inputs, 0), at(inputs, 1), at(inputs, 2), inputs[3]];
    const weights = weight === undefined ? [] : [weight];
    const axis = classAxis(x);
    return [
      // b does not depend on x, and dx = g a softmax(x) − …: the gradient of softmax, from grad ⊙ g ⊙ a.
      () => {
        const y = softmax(x, axis);
        const dy = mul(grad, unsqueeze(mul(g, share(x, targets, weights, attributes)), axis));
        return mul(y, sub(dy, sum(mul(dy, y), { axis, keepDim: true })));
      },
      undefined,
      // dx is linear in g.
      () => {
        const one = ones(g.shape, { device: x.device });
        return sum(mul(grad, crossEntropyGradient(x, targets, one, ...weights, attributes)), { axis });
      },
      ...weights.map(() => undefined),
    ];
  },
});

/** a of each row: (1 − ε) w[target] + ε/V Σ w, or 0 where the target is ignored. */
function share(x: Tensor, targets: Tensor, weights: readonly Tensor[], attributes: ClassAttributes): Tensor {
  const { smoothing, cols, ignoreIndex } = attributes;
  const counted = at(crossEntropyOfClasses(x.detach(), targets, ...weights, attributes), 1);
  if (smoothing === 0) return counted;
  const [weight] = weights;
  const all = weight === undefined ? smoothing : mul(sum(cast(weight, "f32")), smoothing / cols);
  return add(mul(counted, 1 - smoothing), mul(cast(ne(targets, ignoreIndex), "f32"), all));
}
