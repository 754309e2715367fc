import type { Tensor } from "@weft/tensor";
import { checkNumber } from "../optionChecks.js";
import { normal, uniform } from "./distributions.js";
import { checkDraw, type DrawOptions, sourceOf } from "./drawing.js";
import { fansOf } from "./fan.js";

export interface XavierOptions extends DrawOptions {
  /** What the deviation is multiplied by, such as `calculateGain("tanh")`; 1 unless told otherwise. */
  readonly gain?: number;
}

function deviation(op: string, weight: Tensor, options: XavierOptions): number {
  checkDraw(op, options, ["gain"]);
  const { gain = 1 } = options;
  checkNumber(op, "gain", gain, "≥ 0");
  const { fanIn, fanOut } = fansOf(op, weight);
  return fanIn + fanOut === 0 ? 0 : gain * Math.sqrt(2 / (fanIn + fanOut));
}

/**
 * Fills a weight with uniform numbers in ±gain · √(6 / (fanIn + fanOut)), in place (Glorot and Bengio 2010): signals and
 * gradients keep their variance.
 *
 * @throws ShapeError when the weight has fewer than two axes
 * @example
 * const { weight } = new Linear(2, 1);
 * init.xavierUniform(weight, { generator: new Generator(1) });
 * (await weight.abs().max().item()) <= Math.sqrt(6 / 3); // true
 */
export function xavierUniform(weight: Tensor, options: XavierOptions = {}): Tensor {
  const bound = Math.sqrt(3) * deviation("init.xavierUniform", weight, options);
  return uniform(weight, { ...sourceOf(options), a: -bound, b: bound });
}

/**
 * Fills a weight with normal numbers of deviation gain · √(2 / (fanIn + fanOut)), in place (Glorot and Bengio 2010).
 *
 * @throws ShapeError when the weight has fewer than two axes
 * @example
 * const { weight } = new Linear(100, 100);
 * init.xavierNormal(weight, { gain: init.calculateGain("tanh"), generator: new Generator(1) });
 * Math.abs((await weight.std().item()) - 1 / 6) < 0.005; // true
 */
export function xavierNormal(weight: Tensor, options: XavierOptions = {}): Tensor {
  const std = deviation("init.xavierNormal", weight, options);
  return normal(weight, { ...sourceOf(options), std });
}
