import { DTypeError, ShapeError } from "./errors.js";
import { copyElements } from "./launch.js";
import { sameShape, show } from "./shape.js";
import type { Tensor } from "./tensor.js";

/**
 * Overwrites the elements of `target` with those of `source`, in place; gradients do not see it.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when the dtypes differ
 * @example
 * const x = zeros([2]);
 * assign(x, tensor([1, 2]));
 * await x.toArray(); // [1, 2]
 */
export function assign(target: Tensor, source: Tensor): void {
  if (!sameShape(target.shape, source.shape)) {
    throw new ShapeError(`assign: the target is ${show(target.shape)} and the source ${show(source.shape)}; reshape() one.`);
  }
  if (target.dtype !== source.dtype) {
    throw new DTypeError(`assign: the target is ${target.dtype} and the source ${source.dtype}; use cast().`);
  }
  copyElements(source, target);
}
