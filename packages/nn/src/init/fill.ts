import { assign, scope, Tensor, withRecording } from "@weft/tensor";

/**
 * Overwrites a tensor with one that `make` returns for its shape, dtype and device. Nothing is recorded, so leaves that
 * require a gradient may be filled, and gradients never reach the numbers they start from.
 */
export function fill(op: string, target: Tensor, make: () => Tensor): Tensor {
  checkTensor(op, target);
  if (target.size > 0) withRecording(false, () => scope(() => void assign(target, make())));
  return target;
}

/** Refuses what is no tensor, such as a layer in the place of its weight. */
export function checkTensor(op: string, target: Tensor): void {
  if (target instanceof Tensor) return;
  const given = (target as object | null)?.constructor?.name ?? String(target);
  throw new TypeError(`${op}: expected a tensor, got ${given}; use a parameter, such as layer.weight.`);
}
