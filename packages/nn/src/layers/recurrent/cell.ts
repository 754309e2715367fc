import { ShapeError, select, type Tensor, unsqueeze } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkInput } from "../checkLayer.js";
import type { CellOptions } from "./options.js";
import type { LayerWeights, RecurrentKind } from "./rule.js";
import { layerWeights } from "./weights.js";

/** One step of a recurrent layer with parameters of its own: what RNNCell, LSTMCell and GRUCell share. */
export abstract class Cell<State> extends Module implements LayerWeights {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh?: Tensor;
  readonly biasHh?: Tensor;
  readonly #rule: RecurrentKind<State>;

  constructor(
    rule: RecurrentKind<State>,
    inputSize: number,
    hiddenSize: number,
    { bias, generator }: Required<CellOptions>,
  ) {
    super();
    const weights = layerWeights({ gates: rule.gates, inputSize, hiddenSize, bias }, generator);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    this.weightIh = weights.weightIh;
    this.weightHh = weights.weightHh;
    if (weights.biasIh !== undefined) this.biasIh = weights.biasIh;
    if (weights.biasHh !== undefined) this.biasHh = weights.biasHh;
    this.#rule = rule;
  }

  /**
   * One step, from zeros unless a state is given: x (B, C), each part of the state (B, H) → the next state. Without a batch,
   * x (C) and each part (H).
   *
   * @throws ShapeError when x or the state does not fit the cell
   */
  forward(x: Tensor, state?: State): State {
    const { parts, partsOf, stateOf, run } = this.#rule;
    const name = `${this.#rule.name}Cell`;
    checkInput(name, x);
    const isBatch = x.rank === 2;
    if ((!isBatch && x.rank !== 1) || x.shape.at(-1) !== this.inputSize) {
      throw new ShapeError(
        `${name}: input must be (B, ${this.inputSize}), or (${this.inputSize}) without a batch, got (${x.shape.join(", ")}).`,
      );
    }
    const shape = [...x.shape.slice(0, -1), this.hiddenSize];
    const initial = state === undefined ? undefined : partsOf(name, state);
    for (const [i, part] of (initial ?? []).entries()) {
      if (part.shape.join() === shape.join()) continue;
      const which = parts.length === 1 ? "state" : `state.${parts[i]}`;
      throw new ShapeError(
        `${name}: ${which} must be (${shape.join(", ")}), got (${part.shape.join(", ")}).`,
      );
    }
    const row = (part: Tensor): Tensor => (isBatch ? part : unsqueeze(part, 0));
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const weights = { weightIh, weightHh, biasIh, biasHh };
    const { state: next } = run(unsqueeze(row(x), 0), weights, initial?.map(row), {}); // one time step
    return stateOf(isBatch ? next : next.map((part) => select(part, 0, 0)));
  }
}
