import { kernels } from "@weft/kernels";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { addmm } from "../linear/linear.js";
import { matmul } from "../linear/matmul.js";
import { lstmCell } from "./cells.js";
import { checkRecurrentOptions, recurrentLayer } from "./layer.js";
import type { RecurrenceOptions, RecurrentRule, RecurrentWeights } from "./rule.js";

export interface LSTMWeights extends RecurrentWeights {
  /** (P, H): projects h to P features. */
  readonly weightHr?: Tensor | undefined;
}

export const lstmRule: RecurrentRule = {
  name: "lstm",
  gates: 4,
  parts: ["h", "c"],
  forward: { plain: kernels.lstm, subgroup: kernels.lstmSubgroup },
  backward: { plain: kernels.lstmBackward, subgroup: kernels.lstmBackwardSubgroup },
  knobs: {},
  kept: 1, // c
  sumsSides: true,
  step(projected, [h, c], { weightHhT, weightHrT }) {
    const [nextH, nextC] = lstmCell(addmm(projected, h as Tensor, weightHhT), c as Tensor);
    return [weightHrT === undefined ? nextH : matmul(nextH, weightHrT), nextC];
  },
};
const layer = recurrentLayer(lstmRule);

/**
 * One LSTM layer over a sequence, in one direction (Hochreiter and Schmidhuber 1997; PyTorch's torch.lstm):
 *
 * `i, f, g, o = W_ih x + b_ih + W_hh h + b_hh`, `c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)`, `h' = σ(o) ⊙ tanh(c')`
 *
 * With `weightHr`, h' is multiplied by it and has P features. A backward pass keeps, besides the inputs, 7 numbers for
 * each unit, row and time: 28·T·B·H bytes; a second derivative is made of the loop over cells, which keeps more.
 *
 * Shapes: x (T, B, C); weightIh (4H, C), weightHh (4H, H), biasIh and biasHh (4H) → output (T, B, H), h and c (B, H) after
 * each row's last step. Without a state it starts from zeros.
 *
 * @throws ShapeError when x, weights, state and lengths do not go together
 * @throws DTypeError when they are not f32, or the lengths not i32
 * @throws RangeError when there is no such form
 * @example
 * const weights = { weightIh: zeros([4, 3]), weightHh: zeros([4, 1]) };
 * const { c } = lstm(ones([2, 5, 3]), weights, { h: zeros([5, 1]), c: ones([5, 1]) });
 * await c.select(0, 0).item(); // 0.25
 */
export function lstm(
  x: Tensor,
  weights: LSTMWeights,
  state?: { readonly h: Tensor; readonly c: Tensor },
  options: RecurrenceOptions = {},
): { readonly output: Tensor; readonly h: Tensor; readonly c: Tensor } {
  checkRecurrentOptions(lstmRule.name, options);
  const run = layer(x, weights, state && [state.h, state.c], { ...options, weightHr: weights?.weightHr });
  return { output: run.output, h: at(run.state, 0), c: at(run.state, 1) };
}
