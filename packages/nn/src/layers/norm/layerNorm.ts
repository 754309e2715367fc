import { layerNorm, ones, type Tensor, zeros } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkLayer } from "../checkLayer.js";
import { shapeOf } from "./normalizedShape.js";

export interface LayerNormLayerOptions {
  /** Added to the variance; 1e-5 unless told otherwise. */
  readonly eps?: number;
  /** Whether there is a weight (and a bias) for every element that is normalised; true unless told otherwise. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weight; true unless told otherwise. */
  readonly bias?: boolean;
}

/**
 * Layer normalisation (Ba et al. 2016; PyTorch's nn.LayerNorm) over the last axis or axes:
 * `(x − mean) / √(variance + ε) · weight + bias`.
 *
 * Shapes: x (…, normalizedShape) → the same; weight (normalizedShape) starts as ones, bias (normalizedShape) as zeros.
 *
 * @throws RangeError when a length is no whole number ≥ 1, or eps no number ≥ 0
 * @throws ShapeError when the last axes of x are others
 * @example
 * await new LayerNorm(2, { eps: 0 }).forward(tensor([[1, 3]])).toArray(); // [[-1, 1]]
 * new LayerNorm([4, 3]).weight.shape; // [4, 3]
 */
export class LayerNorm extends Module {
  static override readonly name: string = "LayerNorm";
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly weight?: Tensor;
  readonly bias?: Tensor;

  constructor(normalizedShape: number | readonly number[], options: LayerNormLayerOptions = {}) {
    super();
    this.normalizedShape = shapeOf("LayerNorm", normalizedShape);
    checkLayer("LayerNorm", {}, options, { eps: "eps", elementwiseAffine: "switch", bias: "switch" });
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.eps = eps;
    if (!elementwiseAffine) return;
    this.weight = ones(this.normalizedShape, { requiresGrad: true });
    if (bias) this.bias = zeros(this.normalizedShape, { requiresGrad: true });
  }

  forward(x: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layerNorm(x, this.normalizedShape, { eps, ...(weight && { weight }), ...(bias && { bias }) });
  }
}
