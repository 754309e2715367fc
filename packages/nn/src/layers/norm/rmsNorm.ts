import { ones, rmsNorm, type Tensor } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkLayer } from "../checkLayer.js";
import { shapeOf } from "./normalizedShape.js";

export interface RmsNormLayerOptions {
  /** Added to the mean square; unless told otherwise the distance from 1 to the next number of x's dtype, as in PyTorch. */
  readonly eps?: number;
  /** Whether there is a weight for every element that is normalised; true unless told otherwise. */
  readonly elementwiseAffine?: boolean;
}

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019; PyTorch's nn.RMSNorm) over the last axis or axes:
 * `x / √(mean of x² + ε) · weight`.
 *
 * Shapes: x (…, normalizedShape) → the same; weight (normalizedShape) starts as ones.
 *
 * @throws RangeError when a length is no whole number ≥ 1, or eps no number ≥ 0
 * @throws ShapeError when the last axes of x are others
 * @example
 * await new RMSNorm(2).forward(tensor([3, 4])).toArray(); // [0.8485281, 1.1313708]
 */
export class RMSNorm extends Module {
  static override readonly name: string = "RMSNorm";
  readonly normalizedShape: readonly number[];
  readonly eps: number | undefined;
  readonly weight?: Tensor;

  constructor(normalizedShape: number | readonly number[], options: RmsNormLayerOptions = {}) {
    super();
    this.normalizedShape = shapeOf("RMSNorm", normalizedShape);
    checkLayer("RMSNorm", {}, options, { eps: "eps", elementwiseAffine: "switch" });
    this.eps = options.eps;
    if (options.elementwiseAffine ?? true) this.weight = ones(this.normalizedShape, { requiresGrad: true });
  }

  forward(x: Tensor): Tensor {
    const { weight, eps } = this;
    return rmsNorm(x, this.normalizedShape, { ...(weight && { weight }), ...(eps !== undefined && { eps }) });
  }
}
