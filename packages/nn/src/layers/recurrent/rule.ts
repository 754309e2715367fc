import { type RecurrenceOptions, type RecurrentWeights, Tensor } from "@weft/tensor";

/** What one layer learns in one direction; weightHr only where an LSTM projects h. */
export interface LayerWeights extends RecurrentWeights {
  readonly weightHr?: Tensor | undefined;
}

export interface LayerRun {
  /** h at all times, (T, B, H); 0 behind the end of a row. */
  readonly output: Tensor;
  /** The parts of the state after the last step of each row, each (B, H). */
  readonly state: readonly Tensor[];
}

/** What makes one kind of recurrent layer. Its state has the parts [h], or [h, c] for the LSTM. */
export interface RecurrentKind<State> {
  readonly name: string;
  /** Gates a unit has: the weights hold this many blocks of H rows. */
  readonly gates: number;
  /** Names of the state's parts. */
  readonly parts: readonly string[];
  /** The parts; `op` names who asks. Throws a TypeError where the state is of another kind. */
  partsOf(op: string, state: State): readonly Tensor[];
  stateOf(parts: readonly Tensor[]): State;
  /** One layer in one direction over x (T, B, C), from zeros unless a state is given. */
  run(
    x: Tensor,
    weights: LayerWeights,
    state: readonly Tensor[] | undefined,
    options: RecurrenceOptions,
  ): LayerRun;
}

/** A state that is h alone. */
export const hiddenOnly: Pick<RecurrentKind<Tensor>, "parts" | "partsOf" | "stateOf"> = {
  parts: ["h"],
  partsOf(op, h) {
    if (h instanceof Tensor) return [h];
    throw new TypeError(`${op}: the state is no tensor; pass h, as forward() returned it.`);
  },
  stateOf: ([h]) => h as Tensor,
};
