import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { at, frontAxis, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { type Part, partOp } from "./part.js";

export interface DiagonalOptions {
  /** Which diagonal: 0 is the main one, those above are positive. */
  readonly offset?: number;
  readonly axis0?: number;
  readonly axis1?: number;
}

const diagonalOp = partOp("diagonal");

/**
 * The diagonal over two axes, as a new last axis in their place. Shares storage.
 *
 * `diagonal(x)[…, i] = x[i, i + offset, …]`, for a negative offset `x[i − offset, i, …]`
 *
 * Shapes: (m, n, …) → (…, d), d = min(m, n − offset), for a negative offset min(m + offset, n), at least 0
 *
 * @throws ShapeError when the axes are one, or the offset is no whole number
 * @example
 * await diagonal(tensor([[1, 2], [3, 4]])).toArray(); // [1, 4]
 * await diagonal(tensor([[1, 2], [3, 4]]), { offset: -1 }).toArray(); // [3]
 */
export function diagonal(x: Tensor, options: DiagonalOptions = {}): Tensor {
  checkTensor("diagonal", x);
  checkOptions("diagonal", options, ["offset", "axis0", "axis1"]);
  const { offset = 0, axis0 = 0, axis1 = 1 } = options;
  const [a, b] = [frontAxis("diagonal", axis0, x.rank), frontAxis("diagonal", axis1, x.rank)];
  if (a === b) {
    throw new ShapeError(
      `diagonal: axes ${axis0} and ${axis1} of ${show(x.shape)} are one; name two different axes.`,
    );
  }
  if (!Number.isInteger(offset)) {
    throw new ShapeError(`diagonal: the offset is ${offset}; use a whole number.`);
  }
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const length = Math.max(Math.min(at(x.shape, a) - down, at(x.shape, b) - right), 0);
  const isOther = (_: number, axis: number) => axis !== a && axis !== b;
  const part: Part = ({ shape, strides, offset: start }) => {
    const [strideA, strideB] = [at(strides, a), at(strides, b)];
    return {
      shape: [...shape.filter(isOther), length],
      strides: [...strides.filter(isOther), strideA + strideB],
      offset: length === 0 ? start : start + down * strideA + right * strideB,
    };
  };
  return diagonalOp(x, part);
}
