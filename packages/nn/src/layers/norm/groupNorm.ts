import { add, layerNorm, mul, ones, reshape, ShapeError, type Tensor, zeros } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkInput, checkLayer } from "../checkLayer.js";

export interface GroupNormOptions {
  /** Added to the variance; 1e-5 unless told otherwise. */
  readonly eps?: number;
  /** Whether there are a weight and a bias for every channel; true unless told otherwise. */
  readonly affine?: boolean;
}

/**
 * Group normalisation (Wu and He 2018; PyTorch's nn.GroupNorm): the channels of each example are cut in groups, and each
 * group is normalised over its channels and all places, `(x − mean) / √(variance + ε) · weight + bias`.
 *
 * Shapes: x (N, C, …) → the same; weight (C) starts as ones, bias (C) as zeros.
 *
 * @throws RangeError when a size is no whole number ≥ 1, the groups do not divide the channels, or eps is no number ≥ 0
 * @throws ShapeError when x has other channels
 * @example
 * await new GroupNorm(2, 4, { eps: 0 }).forward(tensor([[1, 3, 2, 6]])).toArray(); // [[-1, 1, -1, 1]]
 */
export class GroupNorm extends Module {
  static override readonly name: string = "GroupNorm";
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly weight?: Tensor;
  readonly bias?: Tensor;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    checkLayer("GroupNorm", { numGroups, numChannels }, options, { eps: "eps", affine: "switch" });
    if (numChannels % numGroups !== 0) {
      throw new RangeError(
        `GroupNorm: numGroups is ${numGroups} and numChannels ${numChannels}; use a number of groups that divides the channels.`,
      );
    }
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = options.eps ?? 1e-5;
    if (options.affine === false) return;
    this.weight = ones([numChannels], { requiresGrad: true });
    this.bias = zeros([numChannels], { requiresGrad: true });
  }

  forward(x: Tensor): Tensor {
    checkInput("GroupNorm", x);
    const { numGroups, numChannels, eps, weight, bias } = this;
    const [images, channels] = x.shape;
    if (images === undefined || channels !== numChannels) {
      throw new ShapeError(`GroupNorm: x must be (N, ${numChannels}, …), got (${x.shape.join(", ")}).`);
    }
    const inGroup = x.shape.slice(2).reduce((size, length) => size * length, numChannels / numGroups);
    const groups = reshape(x, [images, numGroups, inGroup]);
    const normalized = reshape(layerNorm(groups, inGroup, { eps }), x.shape);
    if (weight === undefined || bias === undefined) return normalized;
    const perChannel = [numChannels, ...x.shape.slice(2).map(() => 1)];
    return add(mul(normalized, reshape(weight, perChannel)), reshape(bias, perChannel));
  }
}
