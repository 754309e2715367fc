import { Generator, linear, mul, reshape, ShapeError, type Tensor, uniform, unsqueeze } from "@weft/tensor";
import { Module } from "../module.js";
import { checkInput, checkLayer } from "./checkLayer.js";
import type { LinearOptions } from "./linear.js";

/**
 * Bilinear map of the last axes of two tensors: `y[o] = Σᵢ Σⱼ x1[i] · weight[o, i, j] · x2[j] + bias[o]`, as one product
 * of all pairs x1[i] · x2[j] with the weight.
 *
 * Shapes: x1 (…, in1), x2 (…, in2) → (…, out); weight (out, in1, in2), bias (out). Both start uniform in ±1/√in1, as in
 * PyTorch's nn.Bilinear. The pairs take in1 · in2 numbers a row.
 *
 * @throws RangeError when a size is no whole number ≥ 1
 * @throws ShapeError when the last axes are not `in1` and `in2`, or the others differ
 * @example
 * new Bilinear(3, 4, 2).forward(zeros([5, 3]), zeros([5, 4])).shape; // [5, 2]
 */
export class Bilinear extends Module {
  static override readonly name: string = "Bilinear";
  readonly weight: Tensor;
  readonly bias?: Tensor;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkLayer("Bilinear", { in1Features, in2Features, outFeatures }, options, {
      bias: "switch",
      generator: "generator",
    });
    const { bias = true, generator = new Generator() } = options;
    const bound = 1 / Math.sqrt(in1Features);
    const start = { generator, low: -bound, high: bound, requiresGrad: true };
    this.weight = uniform([outFeatures, in1Features, in2Features], start);
    if (bias) this.bias = uniform([outFeatures], start);
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    for (const x of [x1, x2]) checkInput("Bilinear", x);
    const [out, in1, in2] = this.weight.shape as [number, number, number];
    const lead = x1.shape.slice(0, -1);
    if (x1.shape.at(-1) !== in1 || x2.shape.join() !== [...lead, in2].join()) {
      throw new ShapeError(
        `Bilinear expects (…, ${in1}) and (…, ${in2}) with the same axes before, got (${x1.shape.join(", ")}) and (${x2.shape.join(", ")}).`,
      );
    }
    const pairs = mul(unsqueeze(x1, -1), unsqueeze(x2, -2)); // (…, in1, in2)
    return linear(reshape(pairs, [...lead, in1 * in2]), reshape(this.weight, [out, in1 * in2]), this.bias);
  }
}
