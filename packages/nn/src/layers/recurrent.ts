// What RNN, LSTM and GRU share: the parameters, the stack of layers and the loop over time.
import {
  add,
  dropout,
  Generator,
  linear,
  ShapeError,
  select,
  stack,
  type Tensor,
  transpose,
  unbind,
  uniform,
  zeros,
} from "@weft/tensor";
import { Module } from "../module.js";

/** What makes one kind of cell. Its state has the parts [h], or [h, c] for the LSTM; each (B, H). */
export interface CellRule<State> {
  readonly name: string;
  /** Gates a unit has: the weights hold this many blocks of H rows. */
  readonly gates: number;
  /** Parts of the state. */
  readonly states: number;
  partsOf(state: State): readonly Tensor[];
  stateOf(parts: readonly Tensor[]): State;
  /** Whether biasHh may be added to the projected input instead of inside the step. */
  readonly foldsHiddenBias: boolean;
  /** One step: projected input (B, gates · H), state, weightHhᵀ (H, gates · H), biasHh → the next state. */
  step(projected: Tensor, state: readonly Tensor[], weightHhT: Tensor, biasHh?: Tensor): readonly Tensor[];
}

/** A state that is h alone. */
export const hiddenOnly: Pick<CellRule<Tensor>, "states" | "partsOf" | "stateOf"> = {
  states: 1,
  partsOf: (h) => [h],
  stateOf: ([h]) => h as Tensor,
};

/** The parameters of one layer, in PyTorch's layout: (gates · H, C), (gates · H, H), and twice (gates · H). */
export interface CellWeights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh?: Tensor | undefined;
  readonly biasHh?: Tensor | undefined;
}

/** New parameters, uniform in ±1/√H, drawn in PyTorch's order. */
export function cellWeights(
  { gates }: Pick<CellRule<unknown>, "gates">,
  inputSize: number,
  hiddenSize: number,
  { bias, generator }: { readonly bias: boolean; readonly generator: Generator },
): CellWeights {
  const bound = 1 / Math.sqrt(hiddenSize);
  const draw = (...shape: number[]) =>
    uniform(shape, { generator, low: -bound, high: bound, requiresGrad: true });
  const rows = gates * hiddenSize;
  const weights = { weightIh: draw(rows, inputSize), weightHh: draw(rows, hiddenSize) };
  return bias ? { ...weights, biasIh: draw(rows), biasHh: draw(rows) } : weights;
}

/** The input's part of the gates, for all time steps in one product: x (…, C) → (…, gates · H). */
export function project(
  rule: Pick<CellRule<unknown>, "foldsHiddenBias">,
  x: Tensor,
  { weightIh, biasIh, biasHh }: CellWeights,
): Tensor {
  const folded = rule.foldsHiddenBias && biasIh !== undefined && biasHh !== undefined;
  return linear(x, weightIh, folded ? add(biasIh, biasHh) : biasIh);
}

export interface RecurrentOptions {
  /** Layers in the stack; each reads the outputs of the one below. 1 unless told otherwise. */
  readonly numLayers?: number;
  readonly bias?: boolean;
  /** Probability of dropout on the outputs of every layer but the last, in training mode. */
  readonly dropout?: number;
  /** Whether x and output are (B, T, …) instead of (T, B, …). */
  readonly batchFirst?: boolean;
  /** Source of the initial values and of dropout; fresh entropy without one. */
  readonly generator?: Generator;
}

/** A stack of recurrent layers that carries a state of type `State` from call to call. */
export abstract class Recurrent<State> extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly weightIh: readonly Tensor[];
  readonly weightHh: readonly Tensor[];
  readonly biasIh: readonly Tensor[];
  readonly biasHh: readonly Tensor[];
  readonly #rule: CellRule<State>;
  readonly #generator: Generator;

  constructor(rule: CellRule<State>, inputSize: number, hiddenSize: number, options: RecurrentOptions) {
    super();
    const {
      numLayers = 1,
      bias = true,
      dropout = 0,
      batchFirst = false,
      generator = new Generator(),
    } = options;
    for (const [name, value] of Object.entries({ inputSize, hiddenSize, numLayers })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RangeError(`${rule.name}: ${name} is ${value}; use a whole number ≥ 1.`);
      }
    }
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new RangeError(`${rule.name}: dropout is ${dropout}; use a probability in [0, 1].`);
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    const layers = Array.from({ length: numLayers }, (_, layer) =>
      cellWeights(rule, layer === 0 ? inputSize : hiddenSize, hiddenSize, { bias, generator }),
    );
    const all = (key: keyof CellWeights) => layers.flatMap((weights) => weights[key] ?? []);
    this.weightIh = all("weightIh");
    this.weightHh = all("weightHh");
    this.biasIh = all("biasIh");
    this.biasHh = all("biasHh");
    this.#rule = rule;
    this.#generator = generator;
  }

  /**
   * Runs the stack over a sequence, from zeros unless a state is given.
   *
   * Shapes: x (T, B, C) → output (T, B, H), the states of the last layer at all times, and the final state of all
   * layers, each part (L, B, H). With `batchFirst`, x and output are (B, T, …).
   *
   * @throws ShapeError when x or the state does not fit the layer
   */
  forward(x: Tensor, state?: State): { output: Tensor; state: State } {
    const { name, states, partsOf, stateOf } = this.#rule;
    if (x.rank !== 3 || x.shape[2] !== this.inputSize) {
      const axes = this.batchFirst ? "B, T" : "T, B";
      throw new ShapeError(
        `${name}: input must be (${axes}, ${this.inputSize}), got (${x.shape.join(", ")}).`,
      );
    }
    let sequence = this.batchFirst ? transpose(x, 0, 1) : x;
    if (sequence.shape[0] === 0) {
      throw new ShapeError(`${name}: input (${x.shape.join(", ")}) has no time step; give at least one.`);
    }
    const shape = [this.numLayers, sequence.shape[1] as number, this.hiddenSize];
    const initial = state === undefined ? undefined : partsOf(state);
    for (const part of initial ?? []) {
      if (part.shape.join() !== shape.join()) {
        throw new ShapeError(`${name}: state must be (${shape.join(", ")}), got (${part.shape.join(", ")}).`);
      }
    }
    const parts = initial ?? Array.from({ length: states }, () => zeros(shape, { device: x.device }));
    const finals: (readonly Tensor[])[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training) sequence = dropout(sequence, this.dropout, this.#generator);
      const run = this.#runLayer(
        sequence,
        layer,
        parts.map((part) => select(part, 0, layer)),
      );
      sequence = run.output;
      finals.push(run.state);
    }
    const final = parts.map((_, i) => stack(finals.map((layer) => layer[i] as Tensor)));
    return { output: this.batchFirst ? transpose(sequence, 0, 1) : sequence, state: stateOf(final) };
  }

  /** One layer over all time steps: x (T, B, C) → output (T, B, H). */
  #runLayer(
    x: Tensor,
    layer: number,
    initial: readonly Tensor[],
  ): { output: Tensor; state: readonly Tensor[] } {
    const weights: CellWeights = {
      weightIh: this.weightIh[layer] as Tensor,
      weightHh: this.weightHh[layer] as Tensor,
      biasIh: this.biasIh[layer],
      biasHh: this.biasHh[layer],
    };
    const weightHhT = transpose(weights.weightHh); // one view, so that its gradient is transposed once
    const outputs: Tensor[] = [];
    let state = initial;
    for (const projected of unbind(project(this.#rule, x, weights))) {
      state = this.#rule.step(projected, state, weightHhT, weights.biasHh);
      outputs.push(state[0] as Tensor);
    }
    return { output: stack(outputs), state };
  }
}
