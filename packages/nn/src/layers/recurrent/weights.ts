// The parameters of recurrent layers, in PyTorch's layout, order and start.
import { type Generator, uniform } from "@weft/tensor";
import type { LayerWeights } from "./rule.js";

/** The order of a layer's parameters, and PyTorch's names for them. */
export const WEIGHT_NAMES: readonly (readonly [key: keyof LayerWeights, name: string])[] = [
  ["weightIh", "weight_ih"],
  ["weightHh", "weight_hh"],
  ["biasIh", "bias_ih"],
  ["biasHh", "bias_hh"],
  ["weightHr", "weight_hr"],
];

export interface WeightSizes {
  readonly gates: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Features of a projected h; 0 for none. */
  readonly projSize?: number;
  readonly bias: boolean;
}

/** New parameters, uniform in ±1/√H, drawn in PyTorch's order. */
export function layerWeights(sizes: WeightSizes, generator: Generator): LayerWeights {
  const { gates, inputSize, hiddenSize, projSize = 0, bias } = sizes;
  const bound = 1 / Math.sqrt(hiddenSize);
  const draw = (...shape: number[]) =>
    uniform(shape, { generator, low: -bound, high: bound, requiresGrad: true });
  const rows = gates * hiddenSize;
  return {
    weightIh: draw(rows, inputSize),
    weightHh: draw(rows, projSize || hiddenSize),
    ...(bias && { biasIh: draw(rows), biasHh: draw(rows) }),
    ...(projSize > 0 && { weightHr: draw(projSize, hiddenSize) }),
  };
}
