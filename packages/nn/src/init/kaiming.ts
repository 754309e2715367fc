import type { Tensor } from "@weft/tensor";
import { checkChoice, checkNumber } from "../optionChecks.js";
import { normal, uniform } from "./distributions.js";
import { checkDraw, type DrawOptions, sourceOf } from "./drawing.js";
import { fansOf } from "./fan.js";
import { calculateGain, type Nonlinearity } from "./gain.js";

export interface KaimingOptions extends DrawOptions {
  /** The slope of the leaky rectifier behind the layer; 0, that of relu, unless told otherwise. */
  readonly a?: number;
  /** Whether signals keep their variance on the way forward, `"fanIn"`, or gradients on the way back; `"fanIn"` unless told otherwise. */
  readonly mode?: "fanIn" | "fanOut";
  /** The function behind the layer; `"leakyRelu"` unless told otherwise. */
  readonly nonlinearity?: Nonlinearity;
}

function deviation(op: string, weight: Tensor, options: KaimingOptions): number {
  checkDraw(op, options, ["a", "mode", "nonlinearity"]);
  const { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" } = options;
  checkNumber(op, "a", a, "finite");
  checkChoice(op, "mode", mode, ["fanIn", "fanOut"]);
  const fan = fansOf(op, weight)[mode];
  const gain = calculateGain(nonlinearity, a);
  return fan === 0 ? 0 : gain / Math.sqrt(fan);
}

/**
 * Fills a weight with uniform numbers in ±gain · √(3 / fan), in place (He et al. 2015): for layers before rectifiers.
 *
 * @throws ShapeError when the weight has fewer than two axes
 * @throws RangeError when mode or nonlinearity is unknown
 * @example
 * const { weight } = new Linear(6, 5);
 * init.kaimingUniform(weight, { nonlinearity: "relu", generator: new Generator(1) });
 * (await weight.abs().max().item()) <= 1; // true
 */
export function kaimingUniform(weight: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * deviation("init.kaimingUniform", weight, options);
  return uniform(weight, { ...sourceOf(options), a: -bound, b: bound });
}

/**
 * Fills a weight with normal numbers of deviation gain / √fan, in place (He et al. 2015): for layers before rectifiers.
 *
 * @throws ShapeError when the weight has fewer than two axes
 * @throws RangeError when mode or nonlinearity is unknown
 * @example
 * const { weight } = new Linear(50, 200);
 * init.kaimingNormal(weight, { generator: new Generator(1) });
 * Math.abs((await weight.std().item()) - 0.2) < 0.005; // true
 */
export function kaimingNormal(weight: Tensor, options: KaimingOptions = {}): Tensor {
  const std = deviation("init.kaimingNormal", weight, options);
  return normal(weight, { ...sourceOf(options), std });
}
