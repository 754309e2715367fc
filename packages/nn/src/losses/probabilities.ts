// Losses of probabilities, element by element, as modules.
import {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type KlOptions,
  kl,
  type Reduction,
  type Tensor,
} from "@weft/tensor";
import { buffer, Loss } from "./loss.js";

/**
 * Cross-entropy of probabilities against targets between 0 and 1; the function is `binaryCrossEntropy`. BCEWithLogitsLoss
 * loses fewer digits. Shapes: input and target any one shape → one number, or that shape with `reduction: "none"`; weight
 * broadcasts to it.
 *
 * @throws ShapeError when the shapes do not go together
 * @throws RangeError when the reduction is unknown
 * @example
 * await new BCELoss({ reduction: "none" }).forward(tensor([0.5, 0]), tensor([1, 1])).toArray(); // [0.6931472, 100]
 */
export class BCELoss extends Loss {
  static override readonly name: string = "BCELoss";
  readonly weight?: Tensor;

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super("BCELoss", options, ["weight"]);
    if (options.weight !== undefined) this.weight = buffer("BCELoss", "weight", options.weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { reduction, weight } = this;
    return binaryCrossEntropy(input, target, { reduction, ...(weight && { weight }) });
  }
}

/**
 * Cross-entropy of σ(x) against targets between 0 and 1, without overflow; the function is `binaryCrossEntropyWithLogits`.
 * Shapes: input and target any one shape → one number, or that shape with `reduction: "none"`; weight and posWeight
 * broadcast to it.
 *
 * @throws ShapeError when the shapes do not go together
 * @throws RangeError when the reduction is unknown
 * @example
 * const loss = new BCEWithLogitsLoss({ posWeight: tensor([2]) });
 * await loss.forward(tensor([0, 100]), tensor([1, 0])).item(); // 50.6931472
 * Object.keys(loss.stateDict()); // ["pos_weight"]
 */
export class BCEWithLogitsLoss extends Loss {
  static override readonly name: string = "BCEWithLogitsLoss";
  readonly weight?: Tensor;
  readonly posWeight?: Tensor;

  constructor(options: BinaryCrossEntropyWithLogitsOptions = {}) {
    super("BCEWithLogitsLoss", options, ["weight", "posWeight"]);
    const { weight, posWeight } = options;
    if (weight !== undefined) this.weight = buffer("BCEWithLogitsLoss", "weight", weight);
    if (posWeight !== undefined) this.posWeight = buffer("BCEWithLogitsLoss", "posWeight", posWeight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    const { reduction, weight, posWeight } = this;
    const weights = { ...(weight && { weight }), ...(posWeight && { posWeight }) };
    return binaryCrossEntropyWithLogits(input, target, { reduction, ...weights });
  }
}

/**
 * Kullback–Leibler divergence of log-probabilities from a target; the function is `kl`. `reduction: "batchMean"` gives the
 * divergence as it is defined. Shapes: input and target any one shape → one number, or that shape with
 * `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws RangeError when the reduction is unknown
 * @example
 * const loss = new KLDivLoss({ reduction: "batchMean" });
 * await loss.forward(log(tensor([[0.25, 0.75]])), tensor([[0.5, 0.5]])).item(); // 0.1438410
 */
export class KLDivLoss extends Loss<Reduction | "batchMean"> {
  static override readonly name: string = "KLDivLoss";
  readonly logTarget: boolean;

  constructor(options: KlOptions = {}) {
    super("KLDivLoss", options, ["logTarget"], ["mean", "batchMean", "sum", "none"]);
    this.logTarget = options.logTarget ?? false;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return kl(input, target, { reduction: this.reduction, logTarget: this.logTarget });
  }
}
