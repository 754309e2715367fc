import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { arange } from "../../sequences.js";
import { at, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { ge, le } from "../elementwise/compare.js";
import { where } from "../elementwise/where.js";
import { unsqueeze } from "./layout.js";

export interface TriangleOptions {
  /** The last diagonal that is kept: 0 is the main one, those above are positive. */
  readonly diagonal?: number;
}

/** x where `keeps(column, row + diagonal)`, else zeros. */
function triangle(op: string, x: Tensor, options: TriangleOptions, keeps: typeof le): Tensor {
  checkTensor(op, x);
  checkOptions(op, options, ["diagonal"]);
  const { diagonal = 0 } = options;
  if (x.rank < 2) {
    throw new ShapeError(`${op}: a triangle needs two axes, got ${show(x.shape)}; use reshape().`);
  }
  if (!Number.isInteger(diagonal)) {
    throw new ShapeError(`${op}: the diagonal is ${diagonal}; use a whole number.`);
  }
  const { device } = x;
  const [rows, cols] = [at(x.shape, x.rank - 2), at(x.shape, x.rank - 1)];
  // All diagonals beyond the corners are alike.
  const near = Math.min(Math.max(diagonal, -rows), cols);
  const row = unsqueeze(arange(near, near + rows, 1, { dtype: "i32", device }), 1);
  const col = arange(0, cols, 1, { dtype: "i32", device });
  // false is the zero of every dtype. Chosen, not multiplied by: 0 · NaN would be NaN.
  return where(keeps(col, row), x, false);
}

/**
 * The lower triangle of each matrix, and zeros above `diagonal`, also in place of NaN and infinity.
 *
 * `tril(x)[…, i, j] = x[…, i, j] where j ≤ i + diagonal, else 0`
 *
 * Shapes: (…, m, n) → the same
 *
 * @throws ShapeError when x has less than two axes
 * @example
 * await tril(tensor([[1, 2], [3, 4]])).toArray(); // [[1, 0], [3, 4]]
 */
export const tril = (x: Tensor, options: TriangleOptions = {}): Tensor => triangle("tril", x, options, le);

/**
 * The upper triangle of each matrix, and zeros below `diagonal`, also in place of NaN and infinity.
 *
 * `triu(x)[…, i, j] = x[…, i, j] where j ≥ i + diagonal, else 0`
 *
 * Shapes: (…, m, n) → the same
 *
 * @throws ShapeError when x has less than two axes
 * @example
 * await triu(tensor([[1, 2], [3, 4]])).toArray(); // [[1, 2], [0, 4]]
 */
export const triu = (x: Tensor, options: TriangleOptions = {}): Tensor => triangle("triu", x, options, ge);
