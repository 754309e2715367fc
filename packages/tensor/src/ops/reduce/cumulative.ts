import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { frontAxis } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { asRow, likeInput } from "../layout/singleNumber.js";
import { cumprodOp, cumsumOp } from "./recurrence.js";

export interface CumulativeOptions {
  /** The axis to walk along. */
  readonly axis: number;
  /** Starts from the end of the axis. */
  readonly reverse?: boolean;
}

/**
 * Running sum along an axis, `yᵢ = x₀ + … + xᵢ`; with `reverse`, `xᵢ + … + xₙ₋₁`. f16 is added up in f32; bool is counted,
 * as i32.
 *
 * Shapes: any with the axis → the same
 *
 * @throws ShapeError when there is no such axis
 * @example
 * await cumsum(tensor([1, 2, 3]), { axis: 0 }).toArray(); // [1, 3, 6]
 * await cumsum(tensor([1, 2, 3]), { axis: 0, reverse: true }).toArray(); // [6, 5, 3]
 */
export function cumsum(x: Tensor, options: CumulativeOptions): Tensor {
  checkTensor("cumsum", x);
  checkOptions("cumsum", options, ["axis", "reverse"]);
  const { axis, reverse = false } = options;
  const row = asRow(x);
  return likeInput(cumsumOp(row, { axis: frontAxis("cumsum", axis, row.rank), reverse }), x);
}

/**
 * Running product along an axis, `yᵢ = x₀ · … · xᵢ`; with `reverse`, `xᵢ · … · xₙ₋₁`. Its gradient is right where elements
 * are 0. f16 is multiplied in f32; bool gives i32. An axis of more than 512 elements may be cut in parts of 256: where the
 * product of one part alone leaves the range of f32, so does the result from there on.
 *
 * Shapes: any with the axis → the same
 *
 * @throws ShapeError when there is no such axis
 * @example
 * await cumprod(tensor([1, 2, 3]), { axis: 0 }).toArray(); // [1, 2, 6]
 */
export function cumprod(x: Tensor, options: CumulativeOptions): Tensor {
  checkTensor("cumprod", x);
  checkOptions("cumprod", options, ["axis", "reverse"]);
  const { axis, reverse = false } = options;
  const row = asRow(x);
  return likeInput(cumprodOp(row, { axis: frontAxis("cumprod", axis, row.rank), reverse }), x);
}
