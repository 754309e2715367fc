// Ops that change how a tensor is read, not what it holds: their results share its storage.

import { checkList } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { copyElements } from "../../launch.js";
import { ANY, defineOp, defineView } from "../../op.js";
import {
  at,
  checkShape,
  frontAxes,
  frontAxis,
  inferLength,
  rowMajor,
  type Shape,
  sameShape,
  show,
  sizeOf,
  stretch,
} from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";
import { viewStrides } from "./strides.js";

/** The only output of a view. */
const only = (views: readonly Tensor[]): Tensor => at(views, 0);

const cloneOp = defineOp({
  name: "clone",
  accepts: [ANY],
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output }) => copyElements(x, output),
  backward: ({ grad }) => [() => grad],
});

/**
 * A row-major copy with a storage of its own, through which gradients flow. Shapes: any → the same.
 *
 * @example
 * const x = tensor([1, 2]);
 * const y = clone(x);
 * assign(x, zeros([2]));
 * await y.toArray(); // [1, 2]
 */
export const clone = (x: Tensor): Tensor => cloneOp(x);

/**
 * The tensor itself if its elements lie row-major, else a row-major copy. Shapes: any → the same.
 *
 * @example
 * contiguous(transpose(zeros([2, 3]))).strides; // [2, 1]
 */
export function contiguous(x: Tensor): Tensor {
  checkTensor("contiguous", x);
  return x.isContiguous ? x : clone(x);
}

/** The op of a view that keeps all elements and their order; the gradient keeps them too. */
const sameElements = (name: string) =>
  defineView<Layout>({
    name,
    layouts: (_, layout) => [layout],
    backward: ({ inputs: [x], grad }) => [() => reshape(grad, x.shape)],
  });

const reshapeOp = sameElements("reshape");

/**
 * The same elements in row-major order under another shape; one length may be −1 and is inferred.
 * Shares storage wherever strides can express the new shape, as in PyTorch; else x is copied.
 *
 * Shapes: any → any of the same size
 *
 * @throws ShapeError when the sizes differ
 * @example
 * reshape(arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor("reshape", x);
  const target = inferLength("reshape", x.size, shape);
  checkShape("reshape", target);
  if (sameShape(x.shape, target)) return x;
  const strides = x.isContiguous ? rowMajor(target) : viewStrides(x.shape, x.strides, target);
  if (strides !== undefined) return only(reshapeOp(x, { shape: target, strides, offset: x.offset }));
  return only(reshapeOp(clone(x), { shape: target, strides: rowMajor(target), offset: 0 }));
}

/**
 * Axes `startAxis` … `endAxis` as one, all of them unless told otherwise; a single number becomes one of length 1. Shares
 * storage where reshape() does.
 *
 * Shapes: (a, b, c, d), 1, 2 → (a, b · c, d)
 *
 * @throws ShapeError when endAxis comes before startAxis
 * @example
 * flatten(zeros([2, 3, 4]), 1).shape; // [2, 12]
 */
export function flatten(x: Tensor, startAxis = 0, endAxis = -1): Tensor {
  checkTensor("flatten", x);
  if (x.rank === 0) return reshape(x, [1]);
  const [first, last] = [frontAxis("flatten", startAxis, x.rank), frontAxis("flatten", endAxis, x.rank)];
  if (last < first) {
    throw new ShapeError(
      `flatten: axis ${endAxis} comes before axis ${startAxis} in ${show(x.shape)}; exchange them.`,
    );
  }
  const flat = sizeOf(x.shape.slice(first, last + 1));
  return reshape(x, x.shape.toSpliced(first, last - first + 1, flat));
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
 * Axis i of the result is axis `axes[i]` of x. Shares storage. Shapes: (a, b, c), [2, 0, 1] → (c, a, b)
 *
 * @throws ShapeError when `axes` does not name each axis once
 * @example
 * permute(zeros([2, 3, 4]), [2, 0, 1]).shape; // [4, 2, 3]
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  checkTensor("permute", x);
  checkList("permute", "axes", axes);
  const front = axes.map((axis) => frontAxis("permute", axis, x.rank));
  if (front.length !== x.rank || new Set(front).size !== x.rank) {
    throw new ShapeError(
      `permute: axes ${show(axes)} must name each of the ${x.rank} axes of ${show(x.shape)} once.`,
    );
  }
  return only(permuteOp(x, front));
}

/**
 * Exchanges two axes, the last two unless told otherwise. Shares storage. Shapes: (…, m, n) → (…, n, m)
 *
 * @throws ShapeError when there is no such axis
 * @example
 * await transpose(tensor([[1, 2], [3, 4]])).toArray(); // [[1, 3], [2, 4]]
 */
export function transpose(x: Tensor, axis0 = -2, axis1 = -1): Tensor {
  checkTensor("transpose", x);
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
 * Repeats axes of length 1, and new axes in front, without copying; −1 keeps a length. Shares storage.
 *
 * Shapes: (n, 1), [b, n, m] → (b, n, m)
 *
 * @throws ShapeError when a length other than 1 would change
 * @example
 * await expand(tensor([[1], [2]]), [2, 3]).toArray(); // [[1, 1, 1], [2, 2, 2]]
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkTensor("expand", x);
  checkList("expand", "shape", shape);
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

const unsqueezeOp = sameElements("unsqueeze");

/**
 * Adds an axis of length 1 at `axis`; −1 puts it last. Shares storage. Shapes: (a, b), 1 → (a, 1, b)
 *
 * @throws ShapeError when there is no such place, or already 8 axes
 * @example
 * unsqueeze(zeros([2]), -1).shape; // [2, 1]
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  checkTensor("unsqueeze", x);
  const { shape, strides, offset } = x;
  const front = frontAxis("unsqueeze", axis, x.rank + 1);
  return only(
    unsqueezeOp(x, { shape: shape.toSpliced(front, 0, 1), strides: strides.toSpliced(front, 0, 0), offset }),
  );
}

const squeezeOp = sameElements("squeeze");

/**
 * Removes axes of length 1: all of them, or those named; a named axis that is longer stays, as in PyTorch. Shares storage.
 *
 * Shapes: (1, a, 1) → (a); (1, a, 1), 0 → (a, 1); (1, a, 1), 1 → (1, a, 1)
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @example
 * squeeze(zeros([1, 2, 1])).shape; // [2]
 * squeeze(zeros([1, 2, 1]), -1).shape; // [1, 2]
 */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  checkTensor("squeeze", x);
  const named = axis === undefined ? undefined : frontAxes("squeeze", axis, x.rank);
  const stays = (_: number, i: number) => x.shape[i] !== 1 || named?.includes(i) === false;
  const shape = x.shape.filter(stays);
  if (shape.length === x.rank) return x;
  return only(squeezeOp(x, { shape, strides: x.strides.filter(stays), offset: x.offset }));
}
