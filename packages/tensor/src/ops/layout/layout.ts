// Ops that change how a tensor is read, not what it holds: their results share its storage.
import { ShapeError } from "../../errors.js";
import { copyElements } from "../../launch.js";
import { ANY, defineOp, defineView } from "../../op.js";
import {
  at,
  checkShape,
  frontAxis,
  inferLength,
  rowMajor,
  type Shape,
  sameShape,
  show,
  stretch,
} from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";

/** The only output of a view. */
const only = (views: readonly Tensor[]): Tensor => at(views, 0);

const contiguousOp = defineOp({
  name: "contiguous",
  accepts: [ANY],
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output }) => copyElements(x, output),
  backward: ({ grad }) => [() => grad],
});

/**
 * The tensor itself if its elements lie row-major, else a row-major copy.
 *
 * @example
 * contiguous(transpose(zeros([2, 3]))).strides; // [2, 1]
 */
export const contiguous = (x: Tensor): Tensor => (x.isContiguous ? x : contiguousOp(x));

const reshapeOp = defineView<Shape>({
  name: "reshape",
  layouts: ({ offset }, shape) => [{ shape, strides: rowMajor(shape), offset }],
  backward: ({ inputs: [x], grad }) => [() => reshape(grad, x.shape)],
});

/**
 * The same elements in row-major order under another shape; one length may be −1 and is inferred.
 * Shares storage unless x is a strided view, which is copied.
 *
 * @throws ShapeError when the sizes differ
 * @example
 * reshape(arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = inferLength("reshape", x.size, shape);
  return sameShape(x.shape, target) ? x : only(reshapeOp(contiguous(x), target));
}

const permuteOp = defineView<readonly number[]>({
  name: "permute",
  layouts: ({ shape, strides, offset }, axes) => [
    { shape: axes.map((axis) => at(shape, axis)), strides: axes.map((axis) => at(strides, axis)), offset },
  ],
  backward: ({ attributes: axes, grad }) => [
    () =>
      permute(
        grad,
        axes.map((_, axis) => axes.indexOf(axis)),
      ),
  ],
});

/**
 * Axis i of the result is axis `axes[i]` of x. Shares storage.
 *
 * @throws ShapeError when `axes` does not name each axis once
 * @example
 * permute(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const front = axes.map((axis) => frontAxis("permute", axis, x.rank));
  if (front.length !== x.rank || new Set(front).size !== x.rank) {
    throw new ShapeError(
      `permute: axes ${show(axes)} must name each of the ${x.rank} axes of ${show(x.shape)} once.`,
    );
  }
  return only(permuteOp(x, front));
}

/**
 * Exchanges two axes, the last two unless told otherwise. Shares storage.
 *
 * @example
 * await transpose(tensor([[1, 2], [3, 4]])).toArray(); // [[1, 3], [2, 4]]
 */
export function transpose(x: Tensor, axis0 = -2, axis1 = -1): Tensor {
  const a = frontAxis("transpose", axis0, x.rank);
  const b = frontAxis("transpose", axis1, x.rank);
  return permute(
    x,
    x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
}

const expandOp = defineView<Shape>({
  name: "expand",
  layouts: ({ shape, strides, offset }, target) => [
    { shape: target, strides: stretch(shape, strides, target), offset },
  ],
  backward: ({ grad }) => [() => grad],
});

/**
 * Repeats axes of length 1, and new axes in front, without copying; −1 keeps a length.
 *
 * @throws ShapeError when a length other than 1 would change
 * @example
 * await expand(tensor([[1], [2]]), [2, 3]).toArray(); // [[1, 1, 1], [2, 2, 2]]
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  const missing = shape.length - x.rank;
  const target = shape.map((length, axis) => (length === -1 ? (x.shape[axis - missing] ?? -1) : length));
  const fits =
    missing >= 0 && x.shape.every((length, axis) => length === 1 || length === target[axis + missing]);
  if (!fits || target.includes(-1)) {
    throw new ShapeError(
      `expand: ${show(x.shape)} does not stretch to ${show(shape)}; only axes of length 1 stretch.`,
    );
  }
  return sameShape(x.shape, target) ? x : only(expandOp(x, target));
}

/**
 * Adds an axis of length 1 at `axis`; −1 puts it last. Shares storage.
 *
 * @example
 * unsqueeze(zeros([2]), -1).shape; // [2, 1]
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const front = frontAxis("unsqueeze", axis, x.rank + 1);
  checkShape("unsqueeze", [...x.shape, 1]);
  return only(reaxis(x, (values, one) => values.toSpliced(front, 0, one)));
}

/**
 * Removes an axis of length 1. Shares storage.
 *
 * @throws ShapeError when the axis is longer
 * @example
 * squeeze(zeros([2, 1]), 1).shape; // [2]
 */
export function squeeze(x: Tensor, axis: number): Tensor {
  const front = frontAxis("squeeze", axis, x.rank);
  if (x.shape[front] !== 1) {
    throw new ShapeError(
      `squeeze: axis ${axis} of ${show(x.shape)} has length ${x.shape[front]}, not 1; use reshape().`,
    );
  }
  return only(reaxis(x, (values) => values.toSpliced(front, 1)));
}

/** Adds or removes axes of length 1: `edit` does the same to lengths and strides. */
const reaxis = (x: Tensor, edit: (values: readonly number[], one: number) => number[]): readonly Tensor[] =>
  reaxisOp(x, { shape: edit(x.shape, 1), strides: edit(x.strides, 0), offset: x.offset });

const reaxisOp = defineView<Layout>({
  name: "squeeze",
  layouts: (_, layout) => [layout],
  backward: ({ inputs: [x], grad }) => [() => reshape(grad, x.shape)],
});
