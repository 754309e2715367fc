import { type Nonlinearity, rnn, type Tensor } from "@weft/tensor";
import { Cell } from "./cell.js";
import {
  type CellOptions,
  cellSettingsOf,
  checkNonlinearity,
  type RecurrentOptions,
  settingsOf,
} from "./options.js";
import { Recurrent } from "./recurrent.js";
import { hiddenOnly, type RecurrentKind } from "./rule.js";

export interface RNNOptions extends RecurrentOptions {
  /** tanh unless told otherwise. */
  readonly nonlinearity?: Nonlinearity;
}

export interface RNNCellOptions extends CellOptions {
  /** tanh unless told otherwise. */
  readonly nonlinearity?: Nonlinearity;
}

const ruleOf = (nonlinearity: Nonlinearity): RecurrentKind<Tensor> => ({
  name: "RNN",
  gates: 1,
  ...hiddenOnly,
  run(x, weights, state, options) {
    const { output, h } = rnn(x, weights, state?.[0], { ...options, nonlinearity });
    return { output, state: [h] };
  },
});

const rules = { tanh: ruleOf("tanh"), relu: ruleOf("relu") };

/**
 * Plain recurrent network over a sequence (Elman 1990; PyTorch's nn.RNN): `h' = f(W_ih x + b_ih + W_hh h + b_hh)`, where the
 * nonlinearity f is tanh or relu.
 *
 * Shapes: x (T, B, C) → output (T, B, D·H), state h (D·L, B, H), for L layers in D directions.
 *
 * @throws ShapeError when x or the state does not fit the layer
 * @throws RangeError when a size, an option or a length is out of range
 * @throws TypeError when there is no such option
 * @example
 * new RNN(3, 4, { nonlinearity: "relu" }).forward(zeros([5, 2, 3])).output.shape; // [5, 2, 4]
 */
export class RNN extends Recurrent<Tensor> {
  static override readonly name: string = "RNN";
  readonly nonlinearity: Nonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const settings = settingsOf("RNN", inputSize, hiddenSize, options, { nonlinearity: "other" });
    const { nonlinearity = "tanh" } = options;
    checkNonlinearity("RNN", nonlinearity);
    super(rules[nonlinearity], inputSize, hiddenSize, settings);
    this.nonlinearity = nonlinearity;
  }
}

/**
 * One step of a plain recurrent network; PyTorch's nn.RNNCell. Shapes: x (B, C), h (B, H) → h' (B, H). Without a batch,
 * x (C) and h (H).
 *
 * @throws ShapeError when x or h does not fit the cell
 * @throws RangeError when a size or the nonlinearity is out of range
 * @throws TypeError when there is no such option
 * @example
 * new RNNCell(3, 4).forward(zeros([2, 3])).shape; // [2, 4]
 */
export class RNNCell extends Cell<Tensor> {
  static override readonly name: string = "RNNCell";
  readonly nonlinearity: Nonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const settings = cellSettingsOf("RNNCell", inputSize, hiddenSize, options, { nonlinearity: "other" });
    const { nonlinearity = "tanh" } = options;
    checkNonlinearity("RNNCell", nonlinearity);
    super(rules[nonlinearity], inputSize, hiddenSize, settings);
    this.nonlinearity = nonlinearity;
  }
}
