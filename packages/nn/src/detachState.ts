import { Tensor } from "@weft/tensor";

/**
 * The same state without its history: gradients of the next sequence stop here (truncated back-propagation through time).
 *
 * @example
 * const { state } = new LSTM(3, 4).forward(zeros([5, 2, 3]));
 * detachState(state).h.requiresGrad; // false
 */
export function detachState<S extends Tensor | Readonly<Record<string, Tensor>>>(state: S): S {
  if (state instanceof Tensor) return state.detach() as S;
  return Object.fromEntries(Object.entries(state as Record<string, Tensor>).map(([name, part]) => [name, part.detach()])) as S;
}
