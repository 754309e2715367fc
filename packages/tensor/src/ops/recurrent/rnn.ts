import { kernels } from "@weft/kernels";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { relu, tanh } from "../elementwise/activation.js";
import { addmm } from "../linear/linear.js";
import { checkRecurrentOptions, recurrentLayer } from "./layer.js";
import type { RecurrenceOptions, RecurrentRule, RecurrentWeights } from "./rule.js";

/** The nonlinearity of an RNN. */
export type Nonlinearity = "tanh" | "relu";

const ruleOf = (nonlinearity: (x: Tensor) => Tensor, RELU: number): RecurrentRule => ({
  name: "rnn",
  gates: 1,
  parts: ["h"],
  forward: { plain: kernels.rnn, subgroup: kernels.rnnSubgroup },
  backward: { plain: kernels.rnnBackward, subgroup: kernels.rnnBackwardSubgroup },
  knobs: { RELU },
  kept: 0,
  sumsSides: true,
  step: (projected, [h], { weightHhT }) => [nonlinearity(addmm(projected, h as Tensor, weightHhT))],
});
export const rnnRule = ruleOf(tanh, 0);
const layers = { tanh: recurrentLayer(rnnRule), relu: recurrentLayer(ruleOf(relu, 1)) };

/**
 * One layer of a plain recurrent network over a sequence, in one direction (Elman 1990; PyTorch's torch.rnn_tanh and
 * torch.rnn_relu): `h' = f(W_ih x + b_ih + W_hh h + b_hh)`, f = tanh unless told otherwise.
 *
 * A backward pass keeps, besides the inputs, 3 numbers for each unit, row and time: 12·T·B·H bytes.
 *
 * Shapes: x (T, B, C); weightIh (H, C), weightHh (H, H), biasIh and biasHh (H) → output (T, B, H), h (B, H) after each row's
 * last step. Without a state it starts from zeros.
 *
 * @throws ShapeError when x, weights, state and lengths do not go together
 * @throws DTypeError when they are not f32, or the lengths not i32
 * @throws RangeError when there is no such form or nonlinearity
 * @example
 * const weights = { weightIh: ones([1, 2]), weightHh: ones([1, 1]) };
 * await rnn(ones([2, 1, 2]), weights, undefined, { nonlinearity: "relu" }).h.item(); // 4
 */
export function rnn(
  x: Tensor,
  weights: RecurrentWeights,
  h?: Tensor,
  options: RecurrenceOptions & { readonly nonlinearity?: Nonlinearity } = {},
): { readonly output: Tensor; readonly h: Tensor } {
  checkRecurrentOptions("rnn", options, ["nonlinearity"]);
  const { nonlinearity = "tanh" } = options;
  if (!Object.hasOwn(layers, nonlinearity)) {
    throw new RangeError(`rnn: nonlinearity is ${JSON.stringify(nonlinearity)}; use "tanh" or "relu".`);
  }
  const run = layers[nonlinearity](x, weights, h && [h], options);
  return { output: run.output, h: at(run.state, 0) };
}
