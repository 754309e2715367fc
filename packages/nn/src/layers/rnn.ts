import { addmm, type Tensor, tanh } from "@weft/tensor";
import { Cell, type CellOptions } from "./cell.js";
import { type CellRule, hiddenOnly, Recurrent, type RecurrentOptions } from "./recurrent.js";

const rule: CellRule<Tensor> = {
  name: "RNN",
  gates: 1,
  ...hiddenOnly,
  foldsHiddenBias: true,
  step: (projected, [h], weightHhT) => [tanh(addmm(projected, h as Tensor, weightHhT))],
};

/**
 * Plain recurrent network over a sequence (Elman 1990; PyTorch's nn.RNN): `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`.
 *
 * Shapes: x (T, B, C) → output (T, B, H), state h (L, B, H).
 *
 * @throws ShapeError when x or the state does not fit the layer
 * @example
 * new RNN(3, 4).forward(zeros([5, 2, 3])).output.shape; // [5, 2, 4]
 */
export class RNN extends Recurrent<Tensor> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(rule, inputSize, hiddenSize, options);
  }
}

/**
 * One step of a plain recurrent network; PyTorch's nn.RNNCell. Shapes: x (B, C), h (B, H) → h' (B, H).
 *
 * @throws ShapeError when x or h does not fit the cell
 * @example
 * new RNNCell(3, 4).forward(zeros([2, 3])).shape; // [2, 4]
 */
export class RNNCell extends Cell<Tensor> {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(rule, inputSize, hiddenSize, options);
  }
}
