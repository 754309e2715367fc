// Ops that cut a part out of a tensor, which shares its storage, and ops that join parts to a new tensor.
import { checkTensor } from "../../checks/checkTensor.js";
import { type DType, promote } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { copyElements } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { at, checkShape, frontAxis, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { cast } from "../elementwise/cast.js";
import { flip } from "./flip.js";
import { reshape, unsqueeze } from "./layout.js";
import { partOp, range, single } from "./part.js";

const sliceOp = partOp("slice");

/**
 * Elements `start`, `start + step`, … before `end` along an axis, as Python's `x[start:end:step]`: negative positions count
 * from the end, positions are clamped to the axis, and those left out (undefined) stand for its ends. Shares storage; a
 * negative step walks backwards and makes a copy.
 *
 * Shapes: (…, n, …) → (…, ⌈(end − start) / step⌉, …)
 *
 * @throws ShapeError when a position is no whole number (or ±Infinity), or the step is 0
 * @example
 * await slice(arange(5), 0, 1, -1).toArray(); // [1, 2, 3]
 * await slice(arange(5), 0, undefined, undefined, -2).toArray(); // [4, 2, 0]
 */
export function slice(x: Tensor, axis: number, start?: number, end?: number, step = 1): Tensor {
  checkTensor("slice", x);
  const front = frontAxis("slice", axis, x.rank);
  for (const position of [start, end]) {
    if (position === undefined || Number.isInteger(position) || Math.abs(position) === Infinity) continue;
    throw new ShapeError(`slice: positions are ${start} and ${end}; use whole numbers.`);
  }
  if (!Number.isInteger(step) || step === 0) {
    throw new ShapeError(`slice: the step is ${step}; use a whole number other than 0.`);
  }
  const length = at(x.shape, front);
  // Walking backwards, the place before the first element is the end.
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (position: number) =>
    Math.min(Math.max(position < 0 ? position + length : position, low), high);
  const first = start === undefined ? (step > 0 ? low : high) : clamp(start);
  const limit = end === undefined ? (step > 0 ? high : low) : clamp(end);
  const count = Math.max(Math.ceil((limit - first) / step), 0);
  if (step > 0) return sliceOp(x, range(front, first, count, step));
  return flip(sliceOp(x, range(front, first + (count - 1) * step, count, -step)), front);
}

const narrowOp = partOp("narrow");

/**
 * `length` elements of an axis from `start`, which counts from the end where it is negative. Shares storage.
 * Shapes: (…, n, …) → (…, length, …)
 *
 * @throws ShapeError when the axis has no such elements
 * @example
 * await narrow(arange(5), 0, 1, 3).toArray(); // [1, 2, 3]
 */
export function narrow(x: Tensor, axis: number, start: number, length: number): Tensor {
  checkTensor("narrow", x);
  const front = frontAxis("narrow", axis, x.rank);
  const whole = at(x.shape, front);
  const first = start < 0 ? start + whole : start;
  const isWhole = Number.isInteger(start) && Number.isInteger(length);
  if (!isWhole || first < 0 || length < 0 || first + length > whole) {
    throw new ShapeError(
      `narrow: ${length} elements from ${start} are not all in axis ${axis} of ${show(x.shape)}; slice() clamps to the axis.`,
    );
  }
  return narrowOp(x, range(front, first, length));
}

const selectOp = partOp("select");

/**
 * The part at one index of an axis, without that axis. Shares storage. Shapes: (a, n, b), 1 → (a, b)
 *
 * @throws ShapeError when the index is outside the axis
 * @example
 * await select(tensor([[1, 2], [3, 4]]), 0, -1).toArray(); // [3, 4]
 */
export function select(x: Tensor, axis: number, index: number): Tensor {
  checkTensor("select", x);
  const front = frontAxis("select", axis, x.rank);
  const length = at(x.shape, front);
  if (!Number.isInteger(index) || index < -length || index >= length) {
    throw new ShapeError(`select: index ${index} is outside axis ${axis} of ${show(x.shape)}.`);
  }
  return selectOp(x, single(front, index < 0 ? index + length : index));
}

const catOp = defineOp<readonly Tensor[], { readonly axis: number }>({
  name: "cat",
  accepts: [ANY],
  shape(parts, { axis }) {
    const first = at(parts, 0);
    for (const { shape } of parts) {
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
  forward({ inputs: parts, output, attributes: { axis } }) {
    let start = 0;
    for (const part of parts) {
      const length = at(part.shape, axis);
      copyElements(part, output, range(axis, start, length)(output));
      start += length;
    }
  },
  backward({ inputs: parts, attributes: { axis }, grad }) {
    let start = 0;
    return parts.map(({ shape }) => {
      const first = start;
      const length = at(shape, axis);
      start += length;
      return () => narrow(grad, axis, first, length);
    });
  },
});

/** Refuses tensors that are not in an array. */
function checkParts(op: string, parts: readonly Tensor[]): void {
  if (!Array.isArray(parts))
    throw new TypeError(`${op}: the parts are ${String(parts)}; use an array, [x, y].`);
  for (const [i, part] of parts.entries()) checkTensor(op, part, `part ${i + 1}`);
}

/** The parts in the dtype that holds the elements of all. */
function alike(op: string, parts: readonly Tensor[]): readonly Tensor[] {
  const dtype = parts.reduce<DType>((common, part) => promote(op, common, part.dtype), at(parts, 0).dtype);
  return parts.map((part) => cast(part, dtype));
}

/**
 * Joins tensors along an axis; dtypes are promoted. A part of shape (0) fits beside any other, as in PyTorch.
 * Shapes: equal but for that axis → its lengths added up.
 *
 * @throws ShapeError when there is nothing to join, or other axes differ
 * @throws DTypeError when the dtypes have no common one
 * @example
 * await cat([tensor([1]), tensor([2, 3])]).toArray(); // [1, 2, 3]
 */
export function cat(parts: readonly Tensor[], axis = 0): Tensor {
  checkParts("cat", parts);
  if (parts.length === 0) throw new ShapeError("cat: there is nothing to join; give at least one tensor.");
  const isNothing = ({ shape }: Tensor) => shape.length === 1 && shape[0] === 0;
  const { shape } = parts.find((part) => !isNothing(part)) ?? at(parts, 0);
  const front = frontAxis("cat", axis, shape.length);
  const fitting = alike("cat", parts).map((part) =>
    isNothing(part) ? reshape(part, shape.with(front, 0)) : part,
  );
  return catOp(...fitting, { axis: front });
}

/**
 * Joins tensors of one shape along a new axis; dtypes are promoted. Shapes: n times (a, b), 1 → (a, n, b)
 *
 * @throws ShapeError when there is nothing to join, or the shapes differ
 * @throws DTypeError when the dtypes have no common one
 * @example
 * await stack([tensor([1, 2]), tensor([3, 4])]).toArray(); // [[1, 2], [3, 4]]
 */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  checkParts("stack", parts);
  const [first] = parts;
  if (first === undefined) throw new ShapeError("stack: there is nothing to join; give at least one tensor.");
  const front = frontAxis("stack", axis, first.rank + 1);
  checkShape("stack", first.shape.toSpliced(front, 0, parts.length));
  const other = parts.find(({ shape }) => !sameShape(shape, first.shape));
  if (other !== undefined) {
    throw new ShapeError(
      `stack: parts ${show(first.shape)} and ${show(other.shape)} differ; they must have one shape, or use cat().`,
    );
  }
  return catOp(...alike("stack", parts).map((part) => unsqueeze(part, front)), { axis: front });
}
