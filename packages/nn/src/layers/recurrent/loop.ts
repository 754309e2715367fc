// One layer in one direction as a loop over its cell: the readable definition of what a recurrent layer computes.
import { add, linear, stack, type Tensor, transpose, unbind, where, zeros } from "@weft/tensor";
import type { RowLengths } from "./lengths.js";
import type { CellRule } from "./rule.js";
import type { LayerWeights } from "./weights.js";

export interface LayerOptions {
  /** Where rows end before the last time step. */
  readonly lengths?: RowLengths | undefined;
  /** Whether time runs from the end of each row to its start. */
  readonly reverse: boolean;
}

export interface LayerRun {
  /** h at all times, (T, B, H); 0 behind the end of a row. */
  readonly output: Tensor;
  /** The parts of the state after the last step of each row, each (B, H). */
  readonly state: readonly Tensor[];
}

/** The input's part of the gates, for all time steps in one product: x (…, C) → (…, gates · H). */
export function project(
  rule: Pick<CellRule<unknown>, "foldsHiddenBias">,
  x: Tensor,
  { weightIh, biasIh, biasHh }: LayerWeights,
): Tensor {
  const folded = rule.foldsHiddenBias && biasIh !== undefined && biasHh !== undefined;
  return linear(x, weightIh, folded ? add(biasIh, biasHh) : biasIh);
}

/** The weights as a step uses them: views, made once, so that the gradients of all steps are turned back at once. */
export const stepWeights = ({ weightHh, biasHh, weightHr }: LayerWeights) => ({
  weightHhT: transpose(weightHh),
  biasHh,
  weightHrT: weightHr && transpose(weightHr),
});

/** x (T, B, C), from zeros unless the parts of a state are given, each (B, H). */
export function runLayer<State>(
  rule: CellRule<State>,
  x: Tensor,
  weights: LayerWeights,
  initial: readonly Tensor[] | undefined,
  { lengths, reverse }: LayerOptions,
): LayerRun {
  const inputs = unbind(project(rule, x, weights)); // T times (B, gates · H)
  const turned = stepWeights(weights);
  const runs = lengths && unbind(lengths.runs); // T times (B, 1)
  const outputs = new Array<Tensor>(inputs.length);
  let state = initial ?? zeroState(rule, x, weights);
  for (let step = 0; step < inputs.length; step++) {
    const t = reverse ? inputs.length - 1 - step : step;
    const next = rule.step(inputs[t] as Tensor, state, turned);
    // A row that does not run at t keeps its state: forwards the last one, backwards the one it starts from.
    const before = state;
    const mask = t < (lengths?.shortest ?? inputs.length) ? undefined : runs?.[t];
    state = mask === undefined ? next : next.map((part, i) => where(mask, part, before[i] as Tensor));
    outputs[t] = state[0] as Tensor;
  }
  const output = stack(outputs);
  return { output: lengths === undefined ? output : where(lengths.runs, output, 0), state };
}

/** Zeros for each part of a state: h has the features that weightHh takes, c those of the gates. */
function zeroState(
  rule: Pick<CellRule<unknown>, "parts" | "gates">,
  x: Tensor,
  { weightHh }: LayerWeights,
): readonly Tensor[] {
  const [rows, features] = weightHh.shape as readonly [number, number];
  const sizes = [features, rows / rule.gates];
  return rule.parts.map((_, i) => zeros([x.shape[1] as number, sizes[i] as number], { device: x.device }));
}
