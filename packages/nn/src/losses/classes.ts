// Losses over classes, as modules.
import { type ClassOptions, type CrossEntropyOptions, crossEntropy, nll, type Tensor } from "@weft/tensor";
import { checkNumber } from "../optionChecks.js";
import { buffer, Loss } from "./loss.js";

/** What the losses over classes share: their weight, and the target that counts nothing. */
abstract class ClassLoss extends Loss {
  readonly weight?: Tensor;
  readonly ignoreIndex: number | undefined;

  constructor(name: string, options: ClassOptions, known: readonly string[] = []) {
    super(name, options, ["ignoreIndex", "weight", ...known]);
    const { ignoreIndex, weight } = options;
    if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex)) {
      throw new RangeError(`${name}: ignoreIndex is ${ignoreIndex}; use a whole number.`);
    }
    if (weight !== undefined) this.weight = buffer(name, "weight", weight);
    this.ignoreIndex = ignoreIndex;
  }

  /** The options as the functions take them, without those that were not given. */
  protected classOptions(): ClassOptions {
    const { reduction, ignoreIndex, weight } = this;
    return { reduction, ...(ignoreIndex !== undefined && { ignoreIndex }), ...(weight && { weight }) };
  }
}

/**
 * Cross-entropy of scores against classes or their probabilities, log-softmax included; the function is `crossEntropy`.
 *
 * Shapes: logits (N, V, …) or (V), targets (N, …) or () of dtype i32, or probabilities of the shape of logits → one number,
 * or (N, …) with `reduction: "none"`; weight (V).
 *
 * @throws ShapeError when logits, targets and weight do not go together
 * @throws RangeError when an option is out of its range
 * @example
 * const loss = new CrossEntropyLoss({ weight: tensor([1, 3]) });
 * await loss.forward(tensor([[0, 0], [0, 9]]), tensor([0, 1], { dtype: "i32" })).item(); // 0.1733793
 * Object.keys(loss.stateDict()); // ["weight"]
 */
export class CrossEntropyLoss extends ClassLoss {
  static override readonly name: string = "CrossEntropyLoss";
  readonly labelSmoothing: number;

  constructor(options: CrossEntropyOptions = {}) {
    super("CrossEntropyLoss", options, ["labelSmoothing"]);
    const { labelSmoothing = 0 } = options;
    checkNumber("CrossEntropyLoss", "labelSmoothing", labelSmoothing, "in [0, 1]");
    this.labelSmoothing = labelSmoothing;
  }

  forward(logits: Tensor, targets: Tensor): Tensor {
    return crossEntropy(logits, targets, { ...this.classOptions(), labelSmoothing: this.labelSmoothing });
  }
}

/**
 * Negative log-likelihood of log-probabilities against class numbers; the function is `nll`.
 *
 * Shapes: logProbabilities (N, V, …) or (V), targets (N, …) or () of dtype i32 → one number, or (N, …) with
 * `reduction: "none"`; weight (V).
 *
 * @throws ShapeError when log-probabilities, targets and weight do not go together
 * @throws RangeError when an option is out of its range
 * @example
 * const loss = new NLLLoss({ ignoreIndex: 1 });
 * await loss.forward(tensor([[-1, -2], [-3, -4]]), tensor([0, 1], { dtype: "i32" })).item(); // 1
 */
export class NLLLoss extends ClassLoss {
  static override readonly name: string = "NLLLoss";

  constructor(options: ClassOptions = {}) {
    super("NLLLoss", options);
  }

  forward(logProbabilities: Tensor, targets: Tensor): Tensor {
    return nll(logProbabilities, targets, this.classOptions());
  }
}
