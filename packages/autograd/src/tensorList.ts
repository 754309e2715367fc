// The tensors that a derivative is taken of, as JavaScript hands them over.
import { checkTensor, Tensor } from "@weft/tensor";

/** One tensor, or an array of them, as an array. */
export const listOf = (tensors: Tensor | readonly Tensor[]): readonly Tensor[] =>
  tensors instanceof Tensor ? [tensors] : tensors;

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

/** What a user gave as one tensor or several, as an array. */
export function tensorList(
  op: string,
  tensors: Tensor | readonly Tensor[],
  name = "input",
): readonly Tensor[] {
  const list = listOf(tensors);
  checkTensors(op, list, name);
  return list;
}
