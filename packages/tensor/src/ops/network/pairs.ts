// What the losses that compare two tensors element by element share.
import { DTypeError, ShapeError } from "../../errors.js";
import { checkInputs, FLOAT } from "../../op.js";
import { broadcast, type Shape, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

/** Refuses targets of another shape: where they broadcast, the loss would be a wrong number without a word. */
export function checkPair(op: string, input: Tensor, target: Tensor): void {
  checkInputs(op, [input, target], [FLOAT]);
  if (!sameShape(input.shape, target.shape)) {
    throw new ShapeError(
      `${op}: input is ${show(input.shape)} and target ${show(target.shape)}; they must have one shape, use reshape() or expand().`,
    );
  }
}

/** Refuses an option that is no float. */
export function checkFloat(op: string, name: string, { dtype }: Tensor): void {
  if (FLOAT.includes(dtype)) return;
  throw new DTypeError(`${op}: ${name} is ${dtype}, expected ${FLOAT.join(" or ")}; use cast().`);
}

/** Refuses a weight that does not broadcast to the losses. */
export function checkWeight(op: string, name: string, shape: Shape, weight: Tensor | undefined): void {
  if (weight === undefined) return;
  checkFloat(op, name, weight);
  if (!sameShape(broadcast(op, shape, weight.shape), shape)) {
    throw new ShapeError(
      `${op}: ${name} is ${show(weight.shape)} and does not broadcast to the losses' ${show(shape)}.`,
    );
  }
}
