import { checkOptions } from "../../checks/checkArguments.js";
import { zeros } from "../../create.js";
import { ShapeError } from "../../errors.js";
import { ANY, checkInputs, defineOp } from "../../op.js";
import { at, frontAxis, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { transpose } from "../layout/layout.js";
import { slice } from "../layout/parts.js";
import { gather } from "./gather.js";
import { sortRows } from "./sortRows.js";

const argsortOp = defineOp<[x: Tensor], { readonly descending: boolean }>({
  name: "argsort",
  accepts: [ANY],
  shape: ([x]) => x.shape,
  dtype: () => "i32",
  forward: ({ inputs: [x], output, attributes: { descending } }) => sortRows(x, output, descending),
});

export interface SortOptions {
  /** The axis to sort along, the last one unless told otherwise. */
  readonly axis?: number;
  /** Largest first. */
  readonly descending?: boolean;
}

/** Elements in an order, and where along the axis they were. */
export interface Sorted {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/** The places along an axis in the order of the elements; a single number counts as a row of one. */
function order(op: string, x: Tensor, axis: number, descending: boolean): Tensor {
  checkInputs(op, [x], [ANY]);
  if (x.rank === 0 && (axis === -1 || axis === 0)) return zeros([], { dtype: "i32", device: x.device });
  const front = frontAxis(op, axis, x.rank);
  if (front === x.rank - 1) return argsortOp(x, { descending });
  return transpose(argsortOp(transpose(x, front, -1), { descending }), front, -1);
}

const chosen = (x: Tensor, axis: number, indices: Tensor): Sorted => ({
  values: x.rank === 0 ? x : gather(x, axis, indices),
  indices,
});

/**
 * The places that elements have along an axis, in the order of the elements: `gather(x, axis, argsort(x))` is sorted.
 * Equal elements keep their order, NaN counts as larger than all numbers, −0 equals 0, as in PyTorch.
 *
 * Shapes: any → the same, of dtype i32.
 *
 * @throws ShapeError when there is no such axis
 * @example
 * await argsort(tensor([3, 1, 2])).toArray(); // [1, 2, 0]
 */
export function argsort(x: Tensor, options: SortOptions = {}): Tensor {
  checkOptions("argsort", options, ["axis", "descending"]);
  const { axis = -1, descending = false } = options;
  return order("argsort", x, axis, descending);
}

/**
 * The elements sorted along an axis, and where they were. Equal elements keep their order, NaN counts as larger than all
 * numbers, −0 equals 0, as in PyTorch. Gradients flow to where the values came from.
 *
 * Shapes: any → values and indices (i32) of the same.
 *
 * @throws ShapeError when there is no such axis
 * @example
 * const { values, indices } = sort(tensor([3, 1, 2]), { descending: true });
 * await values.toArray(); // [3, 2, 1]
 * await indices.toArray(); // [0, 2, 1]
 */
export function sort(x: Tensor, options: SortOptions = {}): Sorted {
  checkOptions("sort", options, ["axis", "descending"]);
  const { axis = -1, descending = false } = options;
  return chosen(x, axis, order("sort", x, axis, descending));
}

export interface TopKOptions {
  /** The axis to choose along, the last one unless told otherwise. */
  readonly axis?: number;
  /** Whether the largest are chosen (the default) or the smallest. */
  readonly largest?: boolean;
}

/**
 * The k largest or smallest elements along an axis, best first, and where they were. Of equal ones the first are chosen; NaN
 * counts as larger than all numbers. Gradients flow to where the values came from.
 *
 * Shapes: x (…, n, …) → values and indices (i32) of (…, k, …).
 *
 * @throws ShapeError when there is no such axis
 * @throws RangeError when k is no whole number from 0 to n
 * @example
 * const { values, indices } = topK(tensor([3, 1, 2]), 2);
 * await values.toArray(); // [3, 2]
 * await indices.toArray(); // [0, 2]
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Sorted {
  checkOptions("topK", options, ["axis", "largest"]);
  const { axis = -1, largest = true } = options;
  const indices = order("topK", x, axis, largest);
  const length = x.rank === 0 ? 1 : at(x.shape, frontAxis("topK", axis, x.rank));
  if (!Number.isInteger(k) || k < 0 || k > length) {
    throw new RangeError(
      `topK: k is ${k}, axis ${axis} of ${show(x.shape)} has ${length}; use a whole number from 0 to ${length}.`,
    );
  }
  if (x.rank === 0 && k === 0)
    throw new ShapeError("topK: k is 0 for a single number, which has no axis; use reshape().");
  return chosen(x, axis, x.rank === 0 ? indices : slice(indices, axis, 0, k));
}
