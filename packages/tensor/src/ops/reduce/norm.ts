import { checkInputs, FLOAT } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { abs, mul } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { ne } from "../elementwise/compare.js";
import { pow, square } from "../elementwise/powers.js";
import { where } from "../elementwise/where.js";
import { arrange, checkChoice, checkReduceOptions, type Folding, type ReduceOptions } from "./axes.js";
import { maxOp, minOp } from "./extremes.js";
import { root, zeroAtZero } from "./root.js";
import { sumOp } from "./sum.js";

export interface NormOptions extends ReduceOptions {
  /** Which norm: a number ≥ 0, Infinity for the largest |x|, −Infinity for the smallest. 2 unless told otherwise. */
  readonly p?: number;
}

/** |x|ᵖ. Its derivatives are powers of x too; those that are infinite at 0 count as 0. */
function power(x: Tensor, p: number): Tensor {
  if (p === 2) return square(x);
  return Number.isInteger(p) ? pow(abs(x), p) : zeroAtZero(abs(x), (inside) => pow(inside, p));
}

/**
 * Norm over one, several or all axes, `(Σ |x|ᵖ)^(1/p)`; for p = 0 the count of elements that are not 0. 0 of nothing. Where the
 * norm is 0, so is its gradient, as in PyTorch. f16 is computed in f32.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, one is named twice, or there is no smallest element for p = −Infinity
 * @throws DTypeError when x holds integers or bool
 * @throws RangeError when p is negative and finite, or NaN
 * @example
 * await norm(tensor([3, -4])).item(); // 5
 * await norm(tensor([3, -4]), { p: 1 }).item(); // 7
 * await norm(tensor([3, -4]), { p: Infinity }).item(); // 4
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkInputs("norm", [x], [FLOAT]);
  checkReduceOptions("norm", options, ["p"]);
  const { p = 2, ...axes } = options;
  if (!(p >= 0 || p === Number.NEGATIVE_INFINITY)) {
    throw new RangeError(`norm: p is ${p}; use a number ≥ 0, Infinity or -Infinity.`);
  }
  const [ordered, folding] = arrange("norm", x, axes);
  const wide = cast(ordered, "f32");
  // Of nothing, the largest |x| is 0.
  const isExtreme = p < 0 || (p === Number.POSITIVE_INFINITY && folding.length > 0);
  return cast(isExtreme ? extreme(wide, p, folding) : ofPowers(wide, p, folding), x.dtype);
}

function extreme(x: Tensor, p: number, folding: Folding): Tensor {
  checkChoice("norm", x, folding);
  return (p > 0 ? maxOp : minOp)(abs(x), folding);
}

function ofPowers(x: Tensor, p: number, folding: Folding): Tensor {
  const total = (values: Tensor) => sumOp(values, { ...folding, dtype: "f32" });
  // 1 for all but 0; the product keeps the way back for a gradient, which is 0.
  if (p === 0) return total(where(ne(x, 0), 1, mul(x, 0)));
  return p === 1 ? total(abs(x)) : root(total(power(x, p)), p);
}
