import { gru, type Tensor } from "@weft/tensor";
import { Cell } from "./cell.js";
import { type CellOptions, cellSettingsOf, type RecurrentOptions, settingsOf } from "./options.js";
import { Recurrent } from "./recurrent.js";
import { hiddenOnly, type RecurrentKind } from "./rule.js";

const rule: RecurrentKind<Tensor> = {
  name: "GRU",
  gates: 3,
  ...hiddenOnly,
  run(x, weights, state, options) {
    const { output, h } = gru(x, weights, state?.[0], options);
    return { output, state: [h] };
  },
};

/**
 * Gated recurrent unit over a sequence (Cho et al. 2014), in PyTorch's reset-after form (nn.GRU):
 *
 * `r, z = σ(W_ih x + b_ih + W_hh h + b_hh)`, `n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))`, `h' = (1 − z) ⊙ n + z ⊙ h`
 *
 * Shapes: x (T, B, C) → output (T, B, D·H), state h (D·L, B, H), for L layers in D directions.
 *
 * @throws ShapeError when x or the state does not fit the layer
 * @throws RangeError when a size, an option or a length is out of range
 * @throws TypeError when there is no such option
 * @example
 * new GRU(3, 4).forward(zeros([5, 2, 3])).state.shape; // [1, 2, 4]
 */
export class GRU extends Recurrent<Tensor> {
  static override readonly name: string = "GRU";

  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(rule, inputSize, hiddenSize, settingsOf(rule.name, inputSize, hiddenSize, options, {}));
  }
}

/**
 * One step of a GRU; PyTorch's nn.GRUCell. Shapes: x (B, C), h (B, H) → h' (B, H). Without a batch, x (C) and h (H).
 *
 * @throws ShapeError when x or h does not fit the cell
 * @throws RangeError when a size is out of range
 * @throws TypeError when there is no such option
 * @example
 * new GRUCell(3, 4).forward(zeros([2, 3])).shape; // [2, 4]
 */
export class GRUCell extends Cell<Tensor> {
  static override readonly name: string = "GRUCell";

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(rule, inputSize, hiddenSize, cellSettingsOf("GRUCell", inputSize, hiddenSize, options, {}));
  }
}
