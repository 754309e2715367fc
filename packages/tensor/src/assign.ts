import { checkTensor } from "./checks/checkTensor.js";
import { DeviceError, DTypeError, ShapeError } from "./errors.js";
import { copyElements } from "./launch.js";
import { showsTwice } from "./ops/layout/strides.js";
import { sameShape, show } from "./shape.js";
import type { Tensor } from "./tensor.js";

/**
 * Overwrites the elements of `target` with those of `source`, in place, and returns it; gradients do not see it.
 *
 * @throws ShapeError when the shapes differ, or the target is a view that shows an element more than once
 * @throws DTypeError when the dtypes differ
 * @example
 * await assign(zeros([2]), tensor([1, 2])).toArray(); // [1, 2]
 */
export function assign(target: Tensor, source: Tensor): Tensor {
  checkTensor("assign", target, "the target");
  checkTensor("assign", source, "the source");
  if (!sameShape(target.shape, source.shape)) {
    throw new ShapeError(
      `assign: the target is ${show(target.shape)} and the source ${show(source.shape)}; reshape() one.`,
    );
  }
  if (target.dtype !== source.dtype) {
    throw new DTypeError(`assign: the target is ${target.dtype} and the source ${source.dtype}; use cast().`);
  }
  if (target.device !== source.device) {
    throw new DeviceError("assign: target and source live on different devices; make them on one.");
  }
  if (showsTwice(target.shape, target.strides)) {
    throw new ShapeError(
      `assign: the target ${show(target.shape)} shows elements more than once; assign to the tensor it is a view of.`,
    );
  }
  copyElements(source, target);
  return target;
}
