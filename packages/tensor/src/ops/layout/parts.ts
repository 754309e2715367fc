// Ops that cut a tensor in parts, which share its storage, and ops that join parts to a new tensor.
import { kernels } from "@weft/kernels";
import { DTypeError, ShapeError } from "../../errors.js";
import { copyElements, launch } from "../../launch.js";
import { ANY, defineOp, defineView } from "../../op.js";
import { at, frontAxis, type Shape, sameShape, show } from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";
import { squeeze, unsqueeze } from "./layout.js";

/** Part of an axis: elements start … end − 1. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The layout of a part of x. */
const partOf = ({ shape, strides, offset }: Layout, { axis, start, end }: Range): Layout => ({
  shape: shape.with(axis, end - start),
  strides,
  offset: offset + start * at(strides, axis),
});

const sliceOp = defineView<Range>({
  name: "slice",
  layouts: (x, range) => [partOf(x, range)],
  backward: ({ inputs: [x], attributes: range, grad }) => [() => embedOp(grad, { ...range, shape: x.shape })],
});

/** The inverse of a slice: x as a part of a tensor of zeros. */
const embedOp = defineOp<[x: Tensor], Range & { readonly shape: Shape }>({
  name: "slice gradient",
  shape: (_, { shape }) => shape,
  forward({ inputs: [x], output, attributes: range }) {
    launch(kernels.fill, { out: output }, { bits: 0, size: output.size }, { invocations: output.size });
    copyElements(x, output, partOf(output, range));
  },
  backward: ({ attributes: { axis, start, end }, grad }) => [() => slice(grad, axis, start, end)],
});

/**
 * Elements `start` … `end` − 1 along an axis; negative positions count from the end, and both are clamped to the axis,
 * as in Python. Shares storage.
 *
 * @throws ShapeError when a position is not a whole number
 * @example
 * await slice(arange(5), 0, 1, -1).toArray(); // [1, 2, 3]
 */
export function slice(
  x: Tensor,
  axis: number,
  start: number,
  end: number = Number.POSITIVE_INFINITY,
): Tensor {
  const front = frontAxis("slice", axis, x.rank);
  const length = at(x.shape, front);
  for (const position of [start, end]) {
    if (!Number.isInteger(position) && position !== Number.POSITIVE_INFINITY) {
      throw new ShapeError(`slice: positions are ${start} and ${end}; use whole numbers.`);
    }
  }
  const clamp = (position: number) =>
    Math.min(Math.max(position < 0 ? position + length : position, 0), length);
  const first = clamp(start);
  return at(sliceOp(x, { axis: front, start: first, end: Math.max(first, clamp(end)) }), 0);
}

/**
 * The part at one index of an axis, without that axis. Shares storage.
 *
 * @throws ShapeError when the index is outside the axis
 * @example
 * await select(tensor([[1, 2], [3, 4]]), 0, -1).toArray(); // [3, 4]
 */
export function select(x: Tensor, axis: number, index: number): Tensor {
  const front = frontAxis("select", axis, x.rank);
  const length = at(x.shape, front);
  if (!Number.isInteger(index) || index < -length || index >= length) {
    throw new ShapeError(`select: index ${index} is outside axis ${axis} of ${show(x.shape)}.`);
  }
  const start = index < 0 ? index + length : index;
  return squeeze(slice(x, front, start, start + 1), front);
}

const unbindOp = defineView<number>({
  name: "unbind",
  layouts: (x, axis) =>
    Array.from({ length: at(x.shape, axis) }, (_, i) => {
      const { shape, strides, offset } = partOf(x, { axis, start: i, end: i + 1 });
      return { shape: shape.toSpliced(axis, 1), strides: strides.toSpliced(axis, 1), offset };
    }),
  backward: ({ attributes: axis, grads }) => [() => stack(grads, axis)],
});

/**
 * All parts along an axis, without that axis. Shares storage.
 *
 * @example
 * const [first, second] = unbind(tensor([[1, 2], [3, 4]]));
 * await second.toArray(); // [3, 4]
 */
export const unbind = (x: Tensor, axis = 0): readonly Tensor[] =>
  unbindOp(x, frontAxis("unbind", axis, x.rank));

const catOp = defineOp<readonly Tensor[], number>({
  name: "cat",
  accepts: [ANY],
  shape(parts, axis) {
    const first = at(parts, 0);
    for (const { shape, dtype } of parts) {
      if (dtype !== first.dtype)
        throw new DTypeError(`cat: parts are ${first.dtype} and ${dtype}; use cast().`);
      if (shape.length !== first.rank || shape.some((length, i) => i !== axis && length !== first.shape[i])) {
        throw new ShapeError(
          `cat: parts ${show(first.shape)} and ${show(shape)} differ beside axis ${axis}.`,
        );
      }
    }
    return first.shape.with(
      axis,
      parts.reduce((sum, { shape }) => sum + at(shape, axis), 0),
    );
  },
  forward({ inputs: parts, output, attributes: axis }) {
    let start = 0;
    for (const part of parts) {
      const end = start + at(part.shape, axis);
      copyElements(part, output, partOf(output, { axis, start, end }));
      start = end;
    }
  },
  backward({ inputs: parts, attributes: axis, grad }) {
    let start = 0;
    return parts.map(({ shape }) => {
      const first = start;
      start += at(shape, axis);
      return () => slice(grad, axis, first, first + at(shape, axis));
    });
  },
});

/**
 * Joins tensors along an axis. Shapes: equal but for that axis → its lengths added up.
 *
 * @throws ShapeError when there is nothing to join, or other axes differ
 * @example
 * await cat([tensor([1]), tensor([2, 3])]).toArray(); // [1, 2, 3]
 */
export function cat(parts: readonly Tensor[], axis = 0): Tensor {
  const [first] = parts;
  if (first === undefined) throw new ShapeError("cat: there is nothing to join; give at least one tensor.");
  return catOp(...parts, frontAxis("cat", axis, first.rank));
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * @throws ShapeError when there is nothing to join, or the shapes differ
 * @example
 * await stack([tensor([1, 2]), tensor([3, 4])]).toArray(); // [[1, 2], [3, 4]]
 */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  const [first] = parts;
  if (first === undefined) throw new ShapeError("stack: there is nothing to join; give at least one tensor.");
  const front = frontAxis("stack", axis, first.rank + 1);
  const other = parts.find(({ shape }) => !sameShape(shape, first.shape));
  if (other !== undefined) {
    throw new ShapeError(
      `stack: parts ${show(first.shape)} and ${show(other.shape)} differ; they must have one shape, or use cat().`,
    );
  }
  return cat(
    parts.map((part) => unsqueeze(part, front)),
    front,
  );
}
