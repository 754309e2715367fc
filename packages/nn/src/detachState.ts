import { Tensor } from "@weft/tensor";
import type { LSTMState } from "./layers/recurrent/lstm.js";

/**
 * The same state without its history: gradients of the next sequence stop here (truncated back-propagation through time).
 *
 * @example
 * const { state } = new LSTM(3, 4).forward(zeros([5, 2, 3]));
 * detachState(state).h.requiresGrad; // false
 */
export function detachState<S extends Tensor | LSTMState>(state: S): S {
  if (state instanceof Tensor) return state.detach() as S;
  return { h: state.h.detach(), c: state.c.detach() } as S;
}
