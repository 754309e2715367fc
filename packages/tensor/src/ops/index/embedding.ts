import { ShapeError } from "../../errors.js";
import { checkInputs, FLOAT, INDEX } from "../../op.js";
import { at, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { reshape } from "../layout/layout.js";
import { indexSelect } from "./indexSelect.js";

/**
 * Rows of a table chosen by number: `out[…, c] = weight[ids[…], c]`. The gradient adds up in a fixed order.
 *
 * Shapes: weight (V, C), ids (…) of dtype i32 → (…, C). An id outside 0 … V − 1 gives a row of NaN.
 *
 * @throws ShapeError when weight is not a matrix
 * @throws DTypeError when the ids are not i32
 * @example
 * await embedding(tensor([[1, 2], [3, 4]]), tensor([1, 0], { dtype: "i32" })).toArray(); // [[3, 4], [1, 2]]
 */
export function embedding(weight: Tensor, ids: Tensor): Tensor {
  checkInputs("embedding", [weight, ids], [FLOAT, INDEX]);
  if (weight.rank !== 2) throw new ShapeError(`embedding: weight must be (V, C), got ${show(weight.shape)}.`);
  return reshape(indexSelect(weight, 0, reshape(ids, [ids.size])), [...ids.shape, at(weight.shape, 1)]);
}
