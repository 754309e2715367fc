import type { Kernel } from "@weft/kernels";
import type { Tensor } from "../../tensor.js";

/** The parameters of one layer in one direction: (G·H, C), (G·H, h's features), twice (G·H); G is the number of gates. */
export interface RecurrentWeights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  /** Both biases or none. */
  readonly biasIh?: Tensor | undefined;
  readonly biasHh?: Tensor | undefined;
}

/** How a layer goes through time; see `RecurrenceOptions`. */
export type RecurrentForm = "auto" | "loop" | "step" | "sequence";

export interface RecurrenceOptions {
  /**
   * Time steps of each row, (B) of i32, taken as 1 below 1 and as T above T: behind its end a row gives 0 and its state stands
   * still. What x holds there counts for nothing, but must be finite where a gradient of weightIh is asked for.
   */
  readonly lengths?: Tensor | undefined;
  /** Whether time runs from the end of each row to its start. */
  readonly reverse?: boolean;
  /**
   * As a loop over the cell ("loop"), with one kernel for each time step ("step"), or with one kernel for the whole sequence
   * ("sequence"). The loop gives the kernels' numbers up to rounding; the two forms of the kernels do the same
   * sums in the same order. "auto", unless told otherwise, takes the faster kernels as far
   * as is known of the device; `tuneRecurrent` measures it. An LSTM that projects h takes the loop, and "auto" does so where
   * one of the tensors that the kernels need, such as the gates of all times, is more than the device can bind,
   * or the rows are more than one dispatch takes.
   */
  readonly form?: RecurrentForm;
}

/** A kernel as it can be read, and one for adapters with subgroups that takes H in fours. */
export interface Variants {
  readonly plain: Kernel;
  readonly subgroup?: Kernel;
}

/** What makes one kind of recurrent layer. The parts of its state are [h], or [h, c] for the LSTM; each (B, H). */
export interface RecurrentRule {
  readonly name: string;
  /** Gates of a unit: the weights hold this many blocks of H rows. */
  readonly gates: number;
  /** Names of the state's parts. */
  readonly parts: readonly string[];
  readonly forward: Variants;
  readonly backward: Variants;
  /** Knobs of both kernels that only this kind has. */
  readonly knobs: Readonly<Record<string, number>>;
  /** Numbers that the forward kernel keeps for each unit of a row at each time, besides h before it. */
  readonly kept: number;
  /** Whether the gradients of x̂ = W_ih x + b_ih and ĥ = W_hh h + b_hh are one tensor, since the gates see only x̂ + ĥ. */
  readonly sumsSides: boolean;
  /** One step composed of ops: x̂ (B, G·H), state, weightHhᵀ (h's features, G·H), biasHh → the next state. */
  step(projected: Tensor, state: readonly Tensor[], hidden: HiddenSide): readonly Tensor[];
}

/** The weights between a state and the next, as a step uses them. */
export interface HiddenSide {
  readonly weightHhT: Tensor;
  /** Unless it was added to the projected input. */
  readonly biasHh?: Tensor | undefined;
  /** weightHrᵀ, (H, P), of an LSTM that projects h to P features. */
  readonly weightHrT?: Tensor | undefined;
}
