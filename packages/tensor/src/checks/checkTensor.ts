import { Tensor } from "../tensor.js";

/**
 * Refuses numbers, arrays and nothing where a tensor belongs. Ops do so themselves; a function that looks at a tensor before it
 * calls one asks first.
 *
 * @throws TypeError when it is no tensor
 * @example
 * checkTensor("flatten", zeros([2])); // undefined
 */
export function checkTensor(op: string, value: unknown, name = "input 1"): asserts value is Tensor {
  if (value instanceof Tensor) return;
  throw new TypeError(`${op}: ${name} is ${String(value)}, not a tensor; use tensor().`);
}
