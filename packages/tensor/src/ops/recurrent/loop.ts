// A recurrent layer as a loop over its cell, composed of ops: the readable definition of what the kernels compute, and what
// gradients that are differentiated again are made of.

import { zeros } from "../../create.js";
import { arange } from "../../sequences.js";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { add, maximum } from "../elementwise/arithmetic.js";
import { lt } from "../elementwise/compare.js";
import { where } from "../elementwise/where.js";
import { reshape, transpose } from "../layout/layout.js";
import { stack } from "../layout/parts.js";
import { unbind } from "../layout/split.js";
import { linear } from "../linear/linear.js";
import type { RecurrentRule, RecurrentWeights } from "./rule.js";

export interface LoopOptions {
  readonly lengths?: Tensor | undefined;
  readonly reverse: boolean;
  readonly weightHr?: Tensor | undefined;
}

/** x (T, B, C), from zeros unless a state is given → the output (T, B, h's features) and the parts of the final state. */
export function loop(
  rule: RecurrentRule,
  x: Tensor,
  { weightIh, weightHh, biasIh, biasHh }: RecurrentWeights,
  initial: readonly Tensor[] | undefined,
  { lengths, reverse, weightHr }: LoopOptions,
): { readonly output: Tensor; readonly state: readonly Tensor[] } {
  const [T, B] = [at(x.shape, 0), at(x.shape, 1)];
  const folded = rule.sumsSides && biasIh !== undefined && biasHh !== undefined;
  const bias = folded ? add(biasIh, biasHh) : biasIh;
  // One product for all times, unless the device cannot bind what it gives.
  const isWhole = 4 * T * B * at(weightIh.shape, 0) <= x.device.maxBytes;
  const inputs = isWhole // T times (B, G·H)
    ? unbind(linear(x, weightIh, bias))
    : unbind(x).map((part) => linear(part, weightIh, bias));
  // Views, made once, so that the gradients of all steps are turned back at once.
  const hidden = {
    weightHhT: transpose(weightHh),
    biasHh: folded ? undefined : biasHh,
    weightHrT: weightHr && transpose(weightHr),
  };
  const runs = lengths && hasStep(lengths, T); // (T, B, 1)
  const masks = runs && unbind(runs);
  const outputs = new Array<Tensor>(T);
  let state = initial ?? zeroState(rule, x, weightHh, B);
  for (let step = 0; step < T; step++) {
    const t = reverse ? T - 1 - step : step;
    const next = rule.step(at(inputs, t), state, hidden);
    // A row that does not run at t keeps its state: forwards the last one, backwards the one it starts from.
    const before = state;
    const mask = masks?.[t];
    state = mask === undefined ? next : next.map((part, i) => where(mask, part, at(before, i)));
    outputs[t] = at(state, 0);
  }
  const output = stack(outputs);
  return { output: runs === undefined ? output : where(runs, output, 0), state };
}

/** Whether row b has a step t: (T, B, 1). Every row has at least one step, as in the kernels. */
function hasStep(lengths: Tensor, T: number): Tensor {
  const steps = reshape(arange(T, { dtype: "i32", device: lengths.device }), [T, 1, 1]);
  return lt(steps, reshape(maximum(lengths, 1), [lengths.size, 1]));
}

/** Zeros for each part of a state: h has the features that weightHh takes, c those of the gates. */
function zeroState(rule: RecurrentRule, { device }: Tensor, weightHh: Tensor, B: number): readonly Tensor[] {
  const sizes = [at(weightHh.shape, 1), at(weightHh.shape, 0) / rule.gates];
  return rule.parts.map((_, i) => zeros([B, at(sizes, i)], { device }));
}
