import { addmm, lstmCell, type Tensor } from "@weft/tensor";
import { Cell, type CellOptions } from "./cell.js";
import { type CellRule, Recurrent, type RecurrentOptions } from "./recurrent.js";

/** Hidden state h and cell state c, (L, B, H) each for a layer stack, (B, H) each for a cell. */
export interface LSTMState {
  readonly h: Tensor;
  readonly c: Tensor;
}

const rule: CellRule<LSTMState> = {
  name: "LSTM",
  gates: 4,
  states: 2,
  partsOf: ({ h, c }) => [h, c],
  stateOf: ([h, c]) => ({ h: h as Tensor, c: c as Tensor }),
  foldsHiddenBias: true,
  step: (projected, [h, c], weightHhT) => lstmCell(addmm(projected, h as Tensor, weightHhT), c as Tensor),
};

/**
 * Long short-term memory over a sequence (Hochreiter and Schmidhuber 1997; PyTorch's nn.LSTM):
 *
 * `i, f, g, o = W_ih x + b_ih + W_hh h + b_hh`, `c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)`, `h' = σ(o) ⊙ tanh(c')`
 *
 * Shapes: x (T, B, C) → output (T, B, H), state { h, c } of (L, B, H) each.
 *
 * @throws ShapeError when x or the state does not fit the layer
 * @example
 * const { output, state } = new LSTM(3, 4, { numLayers: 2 }).forward(zeros([5, 2, 3]));
 * output.shape; // [5, 2, 4]
 * state.c.shape; // [2, 2, 4]
 */
export class LSTM extends Recurrent<LSTMState> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(rule, inputSize, hiddenSize, options);
  }
}

/**
 * One step of an LSTM; PyTorch's nn.LSTMCell. Shapes: x (B, C), state { h, c } of (B, H) each → the next state.
 *
 * @throws ShapeError when x or the state does not fit the cell
 * @example
 * new LSTMCell(3, 4).forward(zeros([2, 3])).h.shape; // [2, 4]
 */
export class LSTMCell extends Cell<LSTMState> {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(rule, inputSize, hiddenSize, options);
  }
}
