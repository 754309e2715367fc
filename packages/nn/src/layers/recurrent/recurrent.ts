// What RNN, LSTM and GRU share: the parameters, and the stack of layers in one or two directions.
import {
  cat,
  checkOptions,
  dropout,
  type Generator,
  type RecurrenceOptions,
  type RecurrentForm,
  ShapeError,
  select,
  stack,
  type Tensor,
  transpose,
  unsqueeze,
  where,
} from "@weft/tensor";
import { Module } from "../../module.js";
import { checkInput } from "../checkLayer.js";
import { rowLengths } from "./lengths.js";
import type { Settings } from "./options.js";
import type { LayerWeights, RecurrentKind } from "./rule.js";
import { layerWeights, WEIGHT_NAMES } from "./weights.js";

/** What a call of a recurrent layer can be told. */
export interface SequenceOptions {
  /**
   * Time steps of each row of the batch, from 1 to T. What lies behind the end of a row counts for nothing, whatever it
   * holds: the outputs there are 0, the final state is that of the row's last step, and the reverse direction starts there
   * (PyTorch: pack_padded_sequence with enforce_sorted=False, then pad_packed_sequence with total_length=T).
   */
  readonly lengths?: readonly number[] | Int32Array;
}

/** A stack of recurrent layers that carries a state of type `State` from call to call. */
export abstract class Recurrent<State> extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** Features of a projected h; 0 where h is not projected. */
  readonly projSize: number;
  /** How the layers go through time; all give the same numbers up to rounding, see `lstm` of @weft/tensor. */
  form: RecurrentForm = "auto";
  /** Each parameter of all layers; with two directions those of a layer follow each other. */
  readonly weightIh: readonly Tensor[];
  readonly weightHh: readonly Tensor[];
  readonly biasIh: readonly Tensor[];
  readonly biasHh: readonly Tensor[];
  readonly weightHr: readonly Tensor[];
  readonly #rule: RecurrentKind<State>;
  readonly #generator: Generator;

  constructor(rule: RecurrentKind<State>, inputSize: number, hiddenSize: number, settings: Settings) {
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = settings.numLayers;
    this.bias = settings.bias;
    this.batchFirst = settings.batchFirst;
    this.dropout = settings.dropout;
    this.bidirectional = settings.bidirectional;
    this.projSize = settings.projSize;
    this.#rule = rule;
    this.#generator = settings.generator;
    const { bias, projSize, generator } = settings;
    const layers = Array.from({ length: this.numLayers * this.#directions }, (_, i) => {
      const features = i < this.#directions ? inputSize : this.#outputSize * this.#directions;
      const sizes = { gates: rule.gates, inputSize: features, hiddenSize, projSize, bias };
      return layerWeights(sizes, generator);
    });
    const all = (key: keyof LayerWeights) => layers.flatMap((weights) => weights[key] ?? []);
    this.weightIh = all("weightIh");
    this.weightHh = all("weightHh");
    this.biasIh = all("biasIh");
    this.biasHh = all("biasHh");
    this.weightHr = all("weightHr");
  }

  get #directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Features of h. */
  get #outputSize(): number {
    return this.projSize || this.hiddenSize;
  }

  /** PyTorch's names, layer by layer: `weight_ih_l0`, `weight_ih_l0_reverse`. */
  protected override *ownTensors(): Iterable<readonly [name: string, tensor: Tensor]> {
    for (let i = 0; i < this.weightIh.length; i++) {
      const layer = Math.floor(i / this.#directions);
      const suffix = i % this.#directions === 1 ? "_reverse" : "";
      for (const [key, name] of WEIGHT_NAMES) {
        const tensor = this[key][i];
        if (tensor !== undefined) yield [`${name}_l${layer}${suffix}`, tensor];
      }
    }
  }

  /**
   * Runs the stack over a sequence, from zeros unless a state is given.
   *
   * Shapes: x (T, B, C) → output (T, B, D·H), what the last layer says at all times, and the final state of all layers,
   * each part (D·L, B, H); D is 2 with two directions, and in output they lie side by side. With `batchFirst`, x and
   * output are (B, T, …). One sequence without a batch, (T, C), gives (T, D·H) and a state of (D·L, H).
   *
   * @throws ShapeError when x or the state does not fit the layer
   * @throws RangeError when the lengths do not fit x
   */
  forward(x: Tensor, state?: State, options: SequenceOptions = {}): { output: Tensor; state: State } {
    const { name, partsOf, stateOf } = this.#rule;
    checkOptions(name, options, ["lengths"]);
    this.#checkInput(x, options);
    const isBatch = x.rank === 3;
    const swapped = isBatch && this.batchFirst;
    let sequence = swapped ? transpose(x, 0, 1) : isBatch ? x : unsqueeze(x, 1); // (T, B, C)
    const [time, batch] = sequence.shape as [number, number];
    checkPlace(name, state);
    const initial = state === undefined ? undefined : partsOf(name, state);
    this.#checkState(initial, isBatch ? [batch] : []);
    const lengths =
      options.lengths === undefined ? undefined : rowLengths(name, options.lengths, [time, batch], x.device);
    // NaN behind the end of a row would find its way into the gradients of the weights, as 0 · NaN.
    if (lengths !== undefined) sequence = where(lengths.runs, sequence, 0);

    const parts = isBatch ? initial : initial?.map((part) => unsqueeze(part, 1)); // each (D·L, B, H)
    const finals: (readonly Tensor[])[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training) sequence = dropout(sequence, this.dropout, this.#generator);
      const outputs = Array.from({ length: this.#directions }, (_, direction) => {
        const i = layer * this.#directions + direction;
        const start = parts?.map((part) => select(part, 0, i));
        const run = this.#runLayer(sequence, i, start, { lengths: lengths?.rows, reverse: direction === 1 });
        finals.push(run.state);
        return run.output;
      });
      sequence = joined(outputs, () => cat(outputs, 2));
    }
    const final = this.#rule.parts.map((_, part) => {
      const ofLayers = finals.map((run) => run[part] as Tensor); // D·L times (B, H)
      return joined(
        ofLayers.map((only) => unsqueeze(only, 0)),
        () => stack(ofLayers),
      );
    });
    return {
      output: swapped ? transpose(sequence, 0, 1) : isBatch ? sequence : select(sequence, 1, 0),
      state: stateOf(isBatch ? final : final.map((part) => select(part, 1, 0))),
    };
  }

  /** One layer in one direction, number i of weightIh. */
  #runLayer(x: Tensor, i: number, initial: readonly Tensor[] | undefined, options: RecurrenceOptions) {
    const weights = {
      weightIh: this.weightIh[i] as Tensor,
      weightHh: this.weightHh[i] as Tensor,
      biasIh: this.biasIh[i],
      biasHh: this.biasHh[i],
      weightHr: this.weightHr[i],
    };
    return this.#rule.run(x, weights, initial, { ...options, form: this.form });
  }

  #checkInput(x: Tensor, { lengths }: SequenceOptions): void {
    const { name } = this.#rule;
    checkInput(name, x);
    const shown = x.shape.join(", ");
    if ((x.rank !== 3 && x.rank !== 2) || x.shape.at(-1) !== this.inputSize) {
      const axes = this.batchFirst ? "B, T" : "T, B";
      throw new ShapeError(
        `${name}: input must be (${axes}, ${this.inputSize}), or (T, ${this.inputSize}) for one sequence, got (${shown}).`,
      );
    }
    if (x.shape[x.rank === 3 && this.batchFirst ? 1 : 0] === 0) {
      throw new ShapeError(`${name}: input (${shown}) has no time step; give at least one.`);
    }
    if (lengths !== undefined && x.rank === 2) {
      throw new ShapeError(
        `${name}: lengths belong to the rows of a batch, and input (${shown}) is one sequence; slice it instead.`,
      );
    }
  }

  /** `batch` is [B], or [] without a batch. */
  #checkState(state: readonly Tensor[] | undefined, batch: readonly number[]): void {
    const { name, parts } = this.#rule;
    const sizes = [this.#outputSize, this.hiddenSize];
    for (const [i, part] of (state ?? []).entries()) {
      const expected = [this.#directions * this.numLayers, ...batch, sizes[i]].join(", ");
      if (part.shape.join(", ") === expected) continue;
      const which = parts.length === 1 ? "state" : `state.${parts[i]}`;
      throw new ShapeError(`${name}: ${which} must be (${expected}), got (${part.shape.join(", ")}).`);
    }
  }
}

/** Refuses what a call is told in the place of the state. */
function checkPlace(name: string, state: unknown): void {
  if (typeof state !== "object" || state === null || !("lengths" in state)) return;
  throw new TypeError(
    `${name}: the state is an object with lengths, which come third; use forward(x, undefined, { lengths }).`,
  );
}

/** A single part as it is, several put together. */
const joined = (parts: readonly Tensor[], together: () => Tensor): Tensor =>
  parts.length === 1 ? (parts[0] as Tensor) : together();
