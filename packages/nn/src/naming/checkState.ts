import { Tensor } from "@weft/tensor";
import { described } from "./describe.js";
import { isModule } from "./walk.js";

const isState = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof Tensor || value instanceof Map || Array.isArray(value) || isModule(value));

/** Refuses what is no state, such as the model itself or all that a file gave. */
export function checkState(where: string, state: unknown): void {
  if (state instanceof Promise) throw new TypeError(`${where}: the state is a Promise; await what loads it.`);
  if (!isState(state)) {
    throw new TypeError(
      `${where}: the state is ${described(state)}, not tensors by name; pass model.stateDict().`,
    );
  }
  const { tensors } = state;
  if (tensors === undefined || tensors instanceof Tensor) return;
  throw new TypeError(`${where}: the state is { tensors, … }; pass its .tensors.`);
}
