import { Generator, type Tensor, transpose } from "@weft/tensor";
import { Module } from "../module.js";
import { type CellRule, type CellWeights, cellWeights, project } from "./recurrent.js";

export interface CellOptions {
  readonly bias?: boolean;
  /** Source of the initial values; fresh entropy without one. */
  readonly generator?: Generator;
}

/** One step of a recurrent layer with parameters of its own: what RNNCell, LSTMCell and GRUCell share. */
export abstract class Cell extends Module implements CellWeights {
  readonly hiddenSize: number;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh?: Tensor;
  readonly biasHh?: Tensor;
  readonly #rule: CellRule;

  constructor(rule: CellRule, inputSize: number, hiddenSize: number, options: CellOptions) {
    super();
    const { bias = true, generator = new Generator() } = options;
    const weights = cellWeights(rule, inputSize, hiddenSize, { bias, generator });
    this.hiddenSize = hiddenSize;
    this.weightIh = weights.weightIh;
    this.weightHh = weights.weightHh;
    if (weights.biasIh !== undefined) this.biasIh = weights.biasIh;
    if (weights.biasHh !== undefined) this.biasHh = weights.biasHh;
    this.#rule = rule;
  }

  /** x (B, C) and state, each part (B, H) → the next state. */
  protected step(x: Tensor, state: readonly Tensor[]): readonly Tensor[] {
    return this.#rule.step(project(this.#rule, x, this), state, transpose(this.weightHh), this.biasHh);
  }
}
