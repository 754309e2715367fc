// The tensors that a derivative is taken of, as JavaScript hands them over.
import { checkTensor, Tensor } from "@weft/tensor";

/**
 * Refuses what is no array of tensors.
 *
 * @throws TypeError that names the first that is none
 */
export function checkTensors(op: string, tensors: readonly Tensor[], name = "input"): void {
  if (!Array.isArray(tensors))
    throw new TypeError(`${op}: the ${name}s are ${String(tensors)}; use an array of tensors, [x].`);
  for (const [i, tensor] of tensors.entries()) checkTensor(op, tensor, `${name} ${i + 1}`);
}

/** One tensor, or an array of them, as an array. */
export function tensorList(
  op: string,
  tensors: Tensor | readonly Tensor[],
  name = "input",
): readonly Tensor[] {
  if (tensors instanceof Tensor) return [tensors];
  checkTensors(op, tensors, name);
  return tensors;
}
