import { Generator, linear, ShapeError, type Tensor, uniform } from "@weft/tensor";
import { Module } from "../module.js";
import { checkInput, checkLayer } from "./checkLayer.js";

export interface LinearOptions {
  /** Whether a bias is added; true unless told otherwise. */
  readonly bias?: boolean;
  /** Source of the initial values; fresh entropy without one. */
  readonly generator?: Generator;
}

/**
 * Linear map of the last axis: `y = x · weightᵀ + bias`.
 *
 * Shapes: x (…, in) → (…, out); weight (out, in), bias (out). Both start uniform in ±1/√in, as in PyTorch's nn.Linear.
 * The weight may be another layer's tensor: see Embedding for tied weights.
 *
 * @throws RangeError when a size is no whole number ≥ 1
 * @throws ShapeError when the last axis of x is not `in`
 * @example
 * new Linear(3, 2).forward(zeros([5, 3])).shape; // [5, 2]
 */
export class Linear extends Module {
  static override readonly name: string = "Linear";
  weight: Tensor;
  bias?: Tensor;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkLayer("Linear", { inFeatures, outFeatures }, options, { bias: "switch", generator: "generator" });
    const { bias = true, generator = new Generator() } = options;
    const bound = 1 / Math.sqrt(inFeatures);
    const start = { generator, low: -bound, high: bound, requiresGrad: true };
    this.weight = uniform([outFeatures, inFeatures], start);
    if (bias) this.bias = uniform([outFeatures], start);
  }

  forward(x: Tensor): Tensor {
    checkInput("Linear", x);
    const inFeatures = this.weight.shape[1];
    if (x.shape.at(-1) !== inFeatures) {
      throw new ShapeError(
        `Linear expects ${inFeatures} features on the last axis, got (${x.shape.join(", ")}).`,
      );
    }
    return linear(x, this.weight, this.bias);
  }
}
