import { Generator, ShapeError, type Tensor, transpose, zeros } from "@weft/tensor";
import { Module } from "../module.js";
import { type CellRule, type CellWeights, cellWeights, project } from "./recurrent.js";

export interface CellOptions {
  readonly bias?: boolean;
  /** Source of the initial values; fresh entropy without one. */
  readonly generator?: Generator;
}

/** One step of a recurrent layer with parameters of its own: what RNNCell, LSTMCell and GRUCell share. */
export abstract class Cell<State> extends Module implements CellWeights {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh?: Tensor;
  readonly biasHh?: Tensor;
  readonly #rule: CellRule<State>;

  constructor(rule: CellRule<State>, inputSize: number, hiddenSize: number, options: CellOptions) {
    super();
    const { bias = true, generator = new Generator() } = options;
    const weights = cellWeights(rule, inputSize, hiddenSize, { bias, generator });
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weightIh = weights.weightIh;
    this.weightHh = weights.weightHh;
    if (weights.biasIh !== undefined) this.biasIh = weights.biasIh;
    if (weights.biasHh !== undefined) this.biasHh = weights.biasHh;
    this.#rule = rule;
  }

  /**
   * One step, from zeros unless a state is given: x (B, C), each part of the state (B, H) → the next state.
   *
   * @throws ShapeError when x or the state does not fit the cell
   */
  forward(x: Tensor, state?: State): State {
    const { name, states, partsOf, stateOf, step } = this.#rule;
    if (x.rank !== 2 || x.shape[1] !== this.inputSize) {
      throw new ShapeError(`${name}Cell: input must be (B, ${this.inputSize}), got (${x.shape.join(", ")}).`);
    }
    const shape = [x.shape[0] as number, this.hiddenSize];
    for (const part of state === undefined ? [] : partsOf(state)) {
      if (part.shape.join() !== shape.join()) {
        throw new ShapeError(
          `${name}Cell: state must be (${shape.join(", ")}), got (${part.shape.join(", ")}).`,
        );
      }
    }
    const zero = () => zeros(shape, { device: x.device });
    const parts = state === undefined ? Array.from({ length: states }, zero) : partsOf(state);
    return stateOf(step(project(this.#rule, x, this), parts, transpose(this.weightHh), this.biasHh));
  }
}
