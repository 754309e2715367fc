import { lstm, Tensor } from "@weft/tensor";
import { Cell } from "./cell.js";
import { type CellOptions, cellSettingsOf, type RecurrentOptions, settingsOf } from "./options.js";
import { Recurrent } from "./recurrent.js";
import type { RecurrentKind } from "./rule.js";

/** Hidden state h and cell state c, (D·L, B, H) each for a layer stack, (B, H) each for a cell; a projected h has P features. */
export interface LSTMState {
  readonly h: Tensor;
  readonly c: Tensor;
}

export interface LSTMOptions extends RecurrentOptions {
  /** Features P < H to which h is projected (Sak et al. 2014); 0, unless told otherwise, for none. */
  readonly projSize?: number;
}

const rule: RecurrentKind<LSTMState> = {
  name: "LSTM",
  gates: 4,
  parts: ["h", "c"],
  partsOf(op, state) {
    const { h, c } = state ?? {};
    if (h instanceof Tensor && c instanceof Tensor) return [h, c];
    throw new TypeError(`${op}: the state must be { h, c } of two tensors; pass what forward() returned.`);
  },
  stateOf: ([h, c]) => ({ h: h as Tensor, c: c as Tensor }),
  run(x, weights, state, options) {
    const [h, c] = state ?? [];
    const { output, ...next } = lstm(x, weights, h && c && { h, c }, options);
    return { output, state: [next.h, next.c] };
  },
};

/**
 * Long short-term memory over a sequence (Hochreiter and Schmidhuber 1997; PyTorch's nn.LSTM):
 *
 * `i, f, g, o = W_ih x + b_ih + W_hh h + b_hh`, `c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)`, `h' = σ(o) ⊙ tanh(c')`
 *
 * With `projSize` P, h' is multiplied by W_hr, so that it and the outputs have P features.
 *
 * Shapes: x (T, B, C) → output (T, B, D·H), state { h, c } of (D·L, B, H) each, for L layers in D directions.
 *
 * @throws ShapeError when x or the state does not fit the layer
 * @throws RangeError when a size, an option or a length is out of range
 * @throws TypeError when there is no such option
 * @example
 * const { output, state } = new LSTM(3, 4, { numLayers: 2 }).forward(zeros([5, 2, 3]));
 * output.shape; // [5, 2, 4]
 * state.c.shape; // [2, 2, 4]
 * const both = new LSTM(3, 4, { bidirectional: true }).forward(ones([5, 2, 3]), undefined, { lengths: [5, 3] });
 * both.output.shape; // [5, 2, 8]
 * await both.output.select(1, 1).slice(0, 3).abs().sum().item(); // 0
 */
export class LSTM extends Recurrent<LSTMState> {
  static override readonly name: string = "LSTM";

  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    super(
      rule,
      inputSize,
      hiddenSize,
      settingsOf(rule.name, inputSize, hiddenSize, options, { projSize: "other" }),
    );
  }
}

/**
 * One step of an LSTM; PyTorch's nn.LSTMCell. Shapes: x (B, C), state { h, c } of (B, H) each → the next state. Without a
 * batch, x (C) and (H) each.
 *
 * @throws ShapeError when x or the state does not fit the cell
 * @throws RangeError when a size is out of range
 * @throws TypeError when there is no such option
 * @example
 * new LSTMCell(3, 4).forward(zeros([2, 3])).h.shape; // [2, 4]
 */
export class LSTMCell extends Cell<LSTMState> {
  static override readonly name: string = "LSTMCell";

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(rule, inputSize, hiddenSize, cellSettingsOf("LSTMCell", inputSize, hiddenSize, options, {}));
  }
}
