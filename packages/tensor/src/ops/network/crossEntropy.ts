import { isFloat } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { checkInputs, FLOAT } from "../../op.js";
import { at, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { add, mul, neg } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { reshape } from "../layout/layout.js";
import { sum } from "../reduce/sum.js";
import { type ClassOptions, checkClassOptions, checkTargets, classAxis } from "./classes.js";
import { crossEntropyOfClasses } from "./crossEntropyOfClasses.js";
import { reducer } from "./reduction.js";
import { logSoftmax } from "./softmax.js";

export interface CrossEntropyOptions extends ClassOptions {
  /** The part ε of the target that is spread evenly over all classes (Szegedy et al. 2016), from 0 to 1. */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy of scores against classes, in nats, log-softmax included, as PyTorch defines it. Of class numbers it is
 * `w[t] (log Σⱼ exp(xⱼ) − x[t])`, of class probabilities p it is `Σⱼ w[j] p[j] (log Σₖ exp(xₖ) − xⱼ)`; smoothing puts
 * `(1 − ε) p + ε/V` in the place of p. The mean over class numbers divides by the sum of the w[t] that count, the mean
 * over probabilities by the number of examples.
 *
 * Shapes: logits (N, V, …) or (V); targets are class numbers (N, …) or () of dtype i32, or probabilities of the shape of
 * logits → one number, or (N, …) with `reduction: "none"`. A target outside 0 … V − 1 gives NaN, unless it is
 * `ignoreIndex`; the mean of nothing but ignored targets is NaN.
 *
 * @throws ShapeError when logits, targets and weight do not go together
 * @throws DTypeError when the logits are no floats
 * @throws RangeError when an option is out of its range
 * @example
 * await crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "i32" })).item(); // 0.6931472
 * await crossEntropy(tensor([[0, 9], [0, 0]]), tensor([-100, 1], { dtype: "i32" })).item(); // 0.6931472
 * await crossEntropy(tensor([[0, 0]]), tensor([[0.5, 0.5]])).item(); // 0.6931472
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const reduce = reducer("crossEntropy", options, ["ignoreIndex", "weight", "labelSmoothing"]);
  const { ignoreIndex = -100, labelSmoothing = 0, weight } = options;
  checkInputs("crossEntropy", [logits, targets], [FLOAT, ["i32", ...FLOAT]]);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`crossEntropy: labelSmoothing is ${labelSmoothing}; use a number from 0 to 1.`);
  }
  if (isFloat(targets.dtype)) return ofProbabilities(logits, targets, options, reduce);
  const rows = checkTargets("crossEntropy", "logits", logits, targets);
  checkClassOptions("crossEntropy", logits, options);
  const inputs = weight === undefined ? [logits, targets] : [logits, targets, weight];
  const attributes = { ...rows, ignoreIndex, smoothing: labelSmoothing };
  const [losses, counted] = crossEntropyOfClasses(...inputs, attributes) as [Tensor, Tensor];
  return cast(reduce(losses, counted), logits.dtype);
}

/** All in f32, so that neither the logarithms nor their sum lose digits. */
function ofProbabilities(
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions,
  reduce: (losses: Tensor) => Tensor,
): Tensor {
  const { ignoreIndex, labelSmoothing = 0, weight } = options;
  if (logits.rank === 0 || !sameShape(logits.shape, targets.shape)) {
    throw new ShapeError(
      `crossEntropy: targets of dtype ${targets.dtype} are probabilities of the shape of logits, got ` +
        `${show(logits.shape)} and ${show(targets.shape)}; use dtype "i32" for class numbers.`,
    );
  }
  if (ignoreIndex !== undefined && ignoreIndex >= 0) {
    throw new RangeError(
      `crossEntropy: ignoreIndex is ${ignoreIndex}, but the targets are probabilities; leave it out.`,
    );
  }
  checkClassOptions("crossEntropy", logits, options);
  const axis = classAxis(logits);
  const classes = at(logits.shape, axis);
  const p = cast(targets, "f32");
  const smoothed = labelSmoothing === 0 ? p : add(mul(p, 1 - labelSmoothing), labelSmoothing / classes);
  const perClass = logits.shape.map((_, i) => (i === axis ? classes : 1));
  const weighted = weight === undefined ? smoothed : mul(smoothed, reshape(weight, perClass));
  const losses = neg(sum(mul(logSoftmax(cast(logits, "f32"), axis), weighted), { axis }));
  return cast(reduce(losses), logits.dtype);
}
