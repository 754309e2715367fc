import { Tensor } from "@weft/tensor";

/** What a step needs besides its input and state. */
export interface StepWeights {
  /** weightHhᵀ, (h's features, gates · H). */
  readonly weightHhT: Tensor;
  /** (gates · H), unless it was added to the projected input. */
  readonly biasHh?: Tensor | undefined;
  /** weightHrᵀ, (H, P), of an LSTM with a projection. */
  readonly weightHrT?: Tensor | undefined;
}

/** What makes one kind of recurrent layer. Its state has the parts [h], or [h, c] for the LSTM. */
export interface CellRule<State> {
  readonly name: string;
  /** Gates a unit has: the weights hold this many blocks of H rows. */
  readonly gates: number;
  /** Names of the state's parts. */
  readonly parts: readonly string[];
  /** The parts; `op` names who asks. Throws a TypeError where the state is of another kind. */
  partsOf(op: string, state: State): readonly Tensor[];
  stateOf(parts: readonly Tensor[]): State;
  /** Whether biasHh may be added to the projected input instead of inside the step. */
  readonly foldsHiddenBias: boolean;
  /** One step: projected input (B, gates · H) and state → the next state. */
  step(projected: Tensor, state: readonly Tensor[], weights: StepWeights): readonly Tensor[];
}

/** A state that is h alone. */
export const hiddenOnly: Pick<CellRule<Tensor>, "parts" | "partsOf" | "stateOf"> = {
  parts: ["h"],
  partsOf(op, h) {
    if (h instanceof Tensor) return [h];
    throw new TypeError(`${op}: the state is no tensor; pass h, as forward() returned it.`);
  },
  stateOf: ([h]) => h as Tensor,
};
