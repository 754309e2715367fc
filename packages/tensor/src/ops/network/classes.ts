// What the losses over classes share: how scores, targets and weights go together.

import { isRecording } from "../../ambient/recording.js";
import { type DType, elementOf } from "../../dtype.js";
import { ShapeError, WeftError } from "../../errors.js";
import { at, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { checkFloat } from "./pairs.js";
import type { ReductionOptions } from "./reduction.js";
import { type Rows, rowsAlong } from "./rows.js";

export interface ClassOptions extends ReductionOptions {
  /** A target that counts nothing, such as padding; −100 unless told otherwise. */
  readonly ignoreIndex?: number;
  /** What each class counts, (V): the mean divides by the sum over the targets. It has no gradient. */
  readonly weight?: Tensor;
}

/** The axis of the classes: (N, V, …), or (V) for one example. */
export const classAxis = (scores: Tensor): number => (scores.rank === 1 ? 0 : 1);

/** Checks that class numbers fit scores (N, V, …), and returns the rows along V. */
export function checkTargets(op: string, name: string, scores: Tensor, targets: Tensor): Rows {
  const axis = classAxis(scores);
  const expected = scores.shape.filter((_, i) => i !== axis);
  if (scores.rank === 0 || !sameShape(targets.shape, expected)) {
    throw new ShapeError(
      `${op}: ${name} must be (N, V, …) and targets (N, …), got ${show(scores.shape)} and ${show(targets.shape)}; ` +
        `use reshape(${name}, [-1, V]) and reshape(targets, [-1]).`,
    );
  }
  return rowsAlong(scores.shape, axis);
}

/** Checks the options that losses over classes share. */
export function checkClassOptions(
  op: string,
  scores: Tensor,
  { ignoreIndex = 0, weight }: ClassOptions,
): void {
  if (!Number.isInteger(ignoreIndex)) {
    throw new RangeError(`${op}: ignoreIndex is ${ignoreIndex}; use a whole number.`);
  }
  if (weight === undefined) return;
  checkFloat(op, "weight", weight);
  const classes = at(scores.shape, classAxis(scores));
  if (!sameShape(weight.shape, [classes])) {
    throw new ShapeError(
      `${op}: weight is ${show(weight.shape)}, expected one number for each of ${classes} classes, (${classes}).`,
    );
  }
  if (weight.requiresGrad && isRecording()) {
    throw new WeftError(`${op}: weight requires a gradient, which this loss does not give; use detach().`);
  }
}

/** The knobs of the kernels that know weights of classes; where there is no weight, another tensor is bound in its place. */
export const weightKnobs = (weight: Tensor | undefined) => ({
  WEIGHTED: weight === undefined ? 0 : 1,
  Weight: elementOf(weight?.dtype ?? ("f32" satisfies DType)),
});
