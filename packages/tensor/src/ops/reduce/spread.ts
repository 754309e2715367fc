import { withRecording } from "../../ambient/recording.js";
import { checkInputs, FLOAT } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { clamp, div, sub } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { square } from "../elementwise/powers.js";
import { arrange, checkReduceOptions, type ReduceOptions } from "./axes.js";
import { root } from "./root.js";
import { sumOp } from "./sum.js";

export interface VarianceOptions extends ReduceOptions {
  /** The sum of squares is divided by n − correction: 1 for a sample (the default), 0 for all there is. */
  readonly correction?: number;
}

/**
 * The variance in f32, as (Σ d² − (Σ d)² / n) / (n − correction) with d = x − m. In exact numbers any m gives the same;
 * m near the mean keeps digits where the mean is far from 0, and the second term takes back what m was rounded by.
 * So m counts as a constant in every derivative.
 */
function spread(op: string, x: Tensor, options: VarianceOptions): Tensor {
  checkInputs(op, [x], [FLOAT]);
  checkReduceOptions(op, options, ["correction"]);
  const { correction = 1, ...axes } = options;
  if (!Number.isFinite(correction) || correction < 0) {
    throw new RangeError(
      `${op}: correction is ${correction}; use a number ≥ 0, such as 1 for a sample or 0 for all there is.`,
    );
  }
  const [ordered, folding] = arrange(op, x, axes);
  const { length: n } = folding;
  const result = { ...folding, dtype: "f32" } as const;
  const m = withRecording(false, () => div(sumOp(ordered, { ...result, shape: folding.kept }), n));
  const d = sub(cast(ordered, "f32"), m);
  // Never below 0, where rounding may put it if all elements are equal.
  const squares = clamp(sub(sumOp(square(d), result), div(square(sumOp(d, result)), n)), 0);
  return div(squares, Math.max(n - correction, 0));
}

/**
 * Variance over one, several or all axes, `Σ (x − mean)² / (n − correction)`; NaN of nothing, and of one element unless
 * correction is 0. As a method it is `x.var()`, PyTorch's name, which JavaScript keeps for itself elsewhere.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @throws DTypeError when x holds integers or bool
 * @throws RangeError when the correction is no number ≥ 0
 * @example
 * await variance(tensor([1, 2, 6])).item(); // 7
 * await tensor([1, 3]).var({ correction: 0 }).item(); // 1
 */
export const variance = (x: Tensor, options: VarianceOptions = {}): Tensor =>
  cast(spread("variance", x, options), x.dtype);

/**
 * Standard deviation over one, several or all axes, `√variance`; its gradient is 0 where all elements are equal, as in
 * PyTorch.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @throws DTypeError when x holds integers or bool
 * @throws RangeError when the correction is no number ≥ 0
 * @example
 * await std(tensor([1, 3]), { correction: 0 }).item(); // 1
 */
export const std = (x: Tensor, options: VarianceOptions = {}): Tensor =>
  cast(root(spread("std", x, options), 2), x.dtype);
