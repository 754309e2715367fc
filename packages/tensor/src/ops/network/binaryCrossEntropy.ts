// Losses of yes and no: each element is a probability (or its logit) of its own.
import { kernels } from "@weft/kernels";
import { elementOf, promote } from "../../dtype.js";
import { launch } from "../../launch.js";
import { defineOp } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { softplus } from "../elementwise/activation.js";
import { add, clamp, div, mul, neg, sub } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { log, log1p } from "../elementwise/powers.js";
import { checkPair, checkWeight } from "./pairs.js";
import { type ReductionOptions, reducer } from "./reduction.js";

const LOWEST_LOG = -100;

const binaryCrossEntropyOp = defineOp<[x: Tensor, t: Tensor]>({
  name: "binaryCrossEntropy",
  shape: ([x]) => x.shape,
  dtype: ([x, t]) => promote("binaryCrossEntropy", x.dtype, t.dtype),
  forward({ inputs: [x, t], output: out }) {
    const knobs = { Element: elementOf(x.dtype), Target: elementOf(t.dtype), Out: elementOf(out.dtype) };
    const { size } = out;
    launch(kernels.binaryCrossEntropy, { x, targets: t, out }, { size }, { invocations: size, knobs });
  },
  // As in PyTorch, x(1 − x) is kept from 0: 1e-12 is too small for f16.
  backward({ inputs, grad }) {
    const [x, t] = inputs.map((input) => cast(input, "f32")) as [Tensor, Tensor];
    return [
      () => mul(grad, div(sub(x, t), clamp(mul(x, sub(1, x)), 1e-12))),
      () => mul(grad, sub(clamp(log1p(neg(x)), LOWEST_LOG), clamp(log(x), LOWEST_LOG))),
    ];
  },
});

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** What each loss is multiplied by; it broadcasts to the losses. */
  readonly weight?: Tensor;
}

export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** What a target of 1 counts beside one of 0; it broadcasts to the losses. */
  readonly posWeight?: Tensor;
}

/**
 * Cross-entropy of probabilities against targets between 0 and 1, in nats: `−w (t log x + (1 − t) log(1 − x))`, with
 * logarithms cut off at −100, as in PyTorch. `binaryCrossEntropyWithLogits` loses fewer digits. Shapes: input and target
 * any one shape → one number, or that shape with `reduction: "none"`. An input outside [0, 1] gives NaN.
 *
 * @throws ShapeError when the shapes differ, or the weight does not broadcast to them
 * @throws DTypeError when one of them is no float
 * @throws RangeError when the reduction is unknown
 * @example
 * await binaryCrossEntropy(tensor([0.5, 0]), tensor([1, 1]), { reduction: "none" }).toArray(); // [0.6931472, 100]
 */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const reduce = reducer("binaryCrossEntropy", options, ["weight"]);
  const { weight } = options;
  checkPair("binaryCrossEntropy", input, target);
  checkWeight("binaryCrossEntropy", "weight", input.shape, weight);
  const losses = binaryCrossEntropyOp(input, target);
  return reduce(weight === undefined ? losses : mul(losses, weight));
}

/**
 * Cross-entropy of σ(x) against targets between 0 and 1, in nats, without overflow for any finite x:
 * `−w (p t log σ(x) + (1 − t) log(1 − σ(x)))`, where p is `posWeight`. Shapes: input and target any one shape → one
 * number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ, or a weight does not broadcast to them
 * @throws DTypeError when one of them is no float
 * @throws RangeError when the reduction is unknown
 * @example
 * await binaryCrossEntropyWithLogits(tensor([0, 100]), tensor([1, 0])).item(); // 50.3465736
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const op = "binaryCrossEntropyWithLogits";
  const reduce = reducer(op, options, ["weight", "posWeight"]);
  const { weight, posWeight } = options;
  checkPair(op, input, target);
  checkWeight(op, "weight", input.shape, weight);
  checkWeight(op, "posWeight", input.shape, posWeight);
  // −log σ(x) = softplus(−x), and −log(1 − σ(x)) = x + softplus(−x).
  const wrong = softplus(neg(input));
  const scaled = posWeight === undefined ? wrong : mul(wrong, add(mul(sub(posWeight, 1), target), 1));
  const losses = add(mul(sub(1, target), input), scaled);
  return reduce(weight === undefined ? losses : mul(losses, weight));
}
