import { checkOptions } from "../../checks/checkArguments.js";
import type { DType } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { checkInputs, INDEX } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { unsqueeze } from "../layout/layout.js";
import { constant } from "./indexSelect.js";
import { scatter } from "./scatter.js";

export interface OneHotOptions {
  /** The dtype of the ones; i32 as in PyTorch unless told otherwise. */
  readonly dtype?: DType;
}

/**
 * Rows of zeros with a 1 at each id: `out[…, c] = 1 where c = ids[…], else 0`.
 *
 * Shapes: ids (…) of dtype i32 → (…, numClasses). An id outside 0 … numClasses − 1 gives a row of zeros.
 *
 * @throws ShapeError when numClasses is no whole number ≥ 0
 * @throws DTypeError when the ids are not i32
 * @example
 * await oneHot(tensor([2, 0], { dtype: "i32" }), 3).toArray(); // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(ids: Tensor, numClasses: number, options: OneHotOptions = {}): Tensor {
  checkInputs("oneHot", [ids], [INDEX]);
  checkOptions("oneHot", options, ["dtype"]);
  const { dtype = "i32" } = options;
  if (!Number.isInteger(numClasses) || numClasses < 0) {
    throw new ShapeError(`oneHot: numClasses is ${numClasses}; use a whole number ≥ 0.`);
  }
  const blank = constant("oneHot", 0, { dtype, device: ids.device }, [...ids.shape, numClasses]);
  return scatter(blank, -1, unsqueeze(ids, -1), 1);
}
