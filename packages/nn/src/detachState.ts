import { Tensor } from "@weft/tensor";
import type { LSTMState } from "./layers/recurrent/lstm.js";

/**
 * The same state without its history: gradients of the next sequence stop here (truncated back-propagation through time).
 * No state, as before the first sequence, stays none.
 *
 * @example
 * const { state } = new LSTM(3, 4).forward(zeros([5, 2, 3]));
 * detachState(state).h.requiresGrad; // false
 */
export function detachState<S extends Tensor | LSTMState | undefined>(state: S): S {
  if (state === undefined) return state;
  if (state instanceof Tensor) return state.detach() as S;
  if (!(state?.h instanceof Tensor && state.c instanceof Tensor)) {
    throw new TypeError(
      "detachState: expected a state, h or { h, c }; pass the `state` that forward() returned.",
    );
  }
  return { h: state.h.detach(), c: state.c.detach() } as S;
}
