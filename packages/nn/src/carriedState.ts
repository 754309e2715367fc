// The state that a recurrent model carries from one sequence to the next.
import { Tensor } from "@weft/tensor";
import type { LSTMState } from "./layers/recurrent/lstm.js";

/**
 * The same state without its history: gradients of the next sequence stop here (truncated back-propagation through time).
 * No state, as before the first sequence, stays none.
 *
 * @throws TypeError when it is no state
 * @example
 * const { state } = new LSTM(3, 4).forward(zeros([5, 2, 3]));
 * detachState(state).h.requiresGrad; // false
 */
export function detachState<S extends Tensor | LSTMState | undefined>(state: S): S {
  const parts = partsOf("detachState", state).map((part) => part.detach());
  if (state === undefined || state instanceof Tensor) return parts[0] as S;
  return { h: parts[0], c: parts[1] } as S;
}

/**
 * Frees the tensors of a state that nothing goes on from. A loop that returns its state from `scope()` owns the one before;
 * JavaScript's collector gets it only where the loop awaits the GPU (`item()`) or a timer.
 *
 * @throws TypeError when it is no state
 * @example
 * const { state } = new LSTM(3, 4).forward(zeros([5, 2, 3]));
 * disposeState(state);
 * state.c.disposed; // true
 */
export function disposeState(state: Tensor | LSTMState | undefined): void {
  for (const part of partsOf("disposeState", state)) part.dispose();
}

function partsOf(op: string, state: Tensor | LSTMState | undefined): readonly Tensor[] {
  if (state === undefined) return [];
  if (state instanceof Tensor) return [state];
  if (state?.h instanceof Tensor && state.c instanceof Tensor) return [state.h, state.c];
  throw new TypeError(`${op}: expected a state, h or { h, c }; pass the \`state\` that forward() returned.`);
}
