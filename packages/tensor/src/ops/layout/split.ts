// Ops that cut a tensor in several parts, which share its storage.
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { defineView } from "../../op.js";
import { at, frontAxis, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { range, single } from "./part.js";
import { cat, stack } from "./parts.js";

const unbindOp = defineView<number>({
  name: "unbind",
  layouts: (x, axis) => Array.from({ length: at(x.shape, axis) }, (_, i) => single(axis, i)(x)),
  backward: ({ attributes: axis, grads }) => [() => stack(grads, axis)],
});

/**
 * All parts along an axis, without that axis. Shares storage. Shapes: (a, n, b), 1 → n times (a, b)
 *
 * @throws ShapeError when there is no such axis
 * @example
 * const [first, second] = unbind(tensor([[1, 2], [3, 4]]));
 * await second.toArray(); // [3, 4]
 */
export function unbind(x: Tensor, axis = 0): readonly Tensor[] {
  checkTensor("unbind", x);
  return unbindOp(x, frontAxis("unbind", axis, x.rank));
}

interface Cuts {
  readonly axis: number;
  /** Length of each part. */
  readonly sizes: readonly number[];
}

/** The parts one behind the other. */
function partsOf({ axis, sizes }: Cuts) {
  let start = 0;
  return sizes.map((size) => {
    const part = range(axis, start, size);
    start += size;
    return part;
  });
}

const splitOp = defineView<Cuts>({
  name: "split",
  layouts: (x, cuts) => partsOf(cuts).map((part) => part(x)),
  backward: ({ attributes: { axis }, grads }) => [() => cat(grads, axis)],
});

/** Parts of `size`, the last one shorter where it does not come out even; one empty part of an empty axis. */
const even = (length: number, size: number): number[] =>
  length === 0
    ? [0]
    : Array.from({ length: Math.ceil(length / size) }, (_, i) => Math.min(size, length - i * size));

/**
 * Parts along an axis: of one size, the last one shorter where it does not come out even, or of the sizes given. Shares
 * storage. Shapes: (…, n, …) → (…, size, …) each
 *
 * @throws ShapeError when sizes are no whole numbers, or do not add up to the axis
 * @example
 * split(zeros([5]), 2).map(({ shape }) => shape); // [[2], [2], [1]]
 * split(zeros([5]), [1, 4]).map(({ shape }) => shape); // [[1], [4]]
 */
export function split(x: Tensor, size: number | readonly number[], axis = 0): readonly Tensor[] {
  checkTensor("split", x);
  const front = frontAxis("split", axis, x.rank);
  const length = at(x.shape, front);
  if (typeof size === "number") {
    if (!Number.isInteger(size) || size < Math.min(length, 1)) {
      throw new ShapeError(`split: the size is ${size}; use a whole number ≥ 1, or a list of sizes.`);
    }
    return splitOp(x, { axis: front, sizes: even(length, size) });
  }
  const isWhole = size.every((part) => Number.isInteger(part) && part >= 0);
  if (!isWhole || size.reduce((sum, part) => sum + part, 0) !== length) {
    throw new ShapeError(
      `split: sizes ${show(size)} must be whole numbers ≥ 0 that add up to ${length}, the length of axis ${axis} of ${show(x.shape)}.`,
    );
  }
  return splitOp(x, { axis: front, sizes: size });
}

/**
 * At most `chunks` parts along an axis, all of ⌈n / chunks⌉ elements but the last one, which may be shorter: there may be
 * fewer parts, as in PyTorch. Shares storage. Shapes: (…, n, …) → (…, ⌈n / chunks⌉, …) each
 *
 * @throws ShapeError when chunks is no whole number ≥ 1
 * @example
 * chunk(zeros([5]), 4).map(({ shape }) => shape); // [[2], [2], [1]]
 */
export function chunk(x: Tensor, chunks: number, axis = 0): readonly Tensor[] {
  checkTensor("chunk", x);
  const front = frontAxis("chunk", axis, x.rank);
  if (!Number.isInteger(chunks) || chunks < 1) {
    throw new ShapeError(`chunk: ${chunks} parts are asked for; use a whole number ≥ 1.`);
  }
  const length = at(x.shape, front);
  // An empty axis gives as many empty parts as were asked for.
  const sizes = length === 0 ? new Array<number>(chunks).fill(0) : even(length, Math.ceil(length / chunks));
  return splitOp(x, { axis: front, sizes });
}
