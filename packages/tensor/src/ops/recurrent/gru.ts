import { kernels } from "@weft/kernels";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { addmm } from "../linear/linear.js";
import { matmul } from "../linear/matmul.js";
import { gruCell } from "./cells.js";
import { checkRecurrentOptions, recurrentLayer } from "./layer.js";
import type { RecurrenceOptions, RecurrentRule, RecurrentWeights } from "./rule.js";

export const gruRule: RecurrentRule = {
  name: "gru",
  gates: 3,
  parts: ["h"],
  forward: { plain: kernels.gru, subgroup: kernels.gruSubgroup },
  backward: { plain: kernels.gruBackward, subgroup: kernels.gruBackwardSubgroup },
  knobs: {},
  kept: 1, // ĥₙ
  sumsSides: false, // r multiplies the hidden side of n, bias included
  step(projected, [h], { weightHhT, biasHh }) {
    const before = h as Tensor;
    const hidden = biasHh === undefined ? matmul(before, weightHhT) : addmm(biasHh, before, weightHhT);
    return [gruCell(projected, hidden, before)];
  },
};
const layer = recurrentLayer(gruRule);

/**
 * One GRU layer over a sequence, in one direction (Cho et al. 2014), in PyTorch's reset-after form (torch.gru):
 *
 * `r, z = σ(W_ih x + b_ih + W_hh h + b_hh)`, `n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))`, `h' = (1 − z) ⊙ n + z ⊙ h`
 *
 * A backward pass keeps, besides the inputs, 6 numbers for each unit, row and time: 24·T·B·H bytes.
 *
 * Shapes: x (T, B, C); weightIh (3H, C), weightHh (3H, H), biasIh and biasHh (3H) → output (T, B, H), h (B, H) after each
 * row's last step. Without a state it starts from zeros.
 *
 * @throws ShapeError when x, weights, state and lengths do not go together
 * @throws DTypeError when they are not f32, or the lengths not i32
 * @throws RangeError when there is no such form
 * @example
 * const weights = { weightIh: zeros([3, 2]), weightHh: zeros([3, 1]) };
 * await gru(ones([2, 5, 2]), weights, ones([5, 1])).h.select(0, 0).item(); // 0.25
 */
export function gru(
  x: Tensor,
  weights: RecurrentWeights,
  h?: Tensor,
  options: RecurrenceOptions = {},
): { readonly output: Tensor; readonly h: Tensor } {
  checkRecurrentOptions(gruRule.name, options);
  const run = layer(x, weights, h && [h], options);
  return { output: run.output, h: at(run.state, 0) };
}
