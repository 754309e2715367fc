import { Tensor } from "@weft/tensor";
import { described } from "../naming/describe.js";

/**
 * Refuses what is no state that `stateDict()` returned: an object with all these fields, where `state` holds tensors by name.
 * It is called before anything is written.
 */
export function checkSaved(where: string, saved: unknown, fields: readonly string[]): void {
  const cure = "pass what stateDict() returned";
  if (!isRecord(saved)) throw new TypeError(`${where}: the state is ${described(saved)}; ${cure}.`);
  const missing = fields.find((field) => saved[field] === undefined);
  if (missing !== undefined) throw new TypeError(`${where}: the state has no ${missing}; ${cure}.`);
  const { state } = saved;
  if (!isRecord(state))
    throw new TypeError(`${where}: state is ${described(state)}, not tensors by name; ${cure}.`);
  for (const [name, value] of Object.entries(state)) {
    if (!(value instanceof Tensor))
      throw new TypeError(`${where}: ${name} is ${described(value)}, not a tensor; use tensor().`);
    void value.storage; // throws when the tensor was freed
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Tensor);
