import { checkOptions } from "../../checks/checkArguments.js";
import { ShapeError } from "../../errors.js";
import { checkInputs, defineOp, FLOAT, INDEX } from "../../op.js";
import { at, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { div } from "../elementwise/arithmetic.js";
import { eq } from "../elementwise/compare.js";
import { where } from "../elementwise/where.js";
import { reshape, unsqueeze } from "../layout/layout.js";
import { constant, indexSelect, indexSum } from "./indexSelect.js";
import { readAlongAxis } from "./readAlongAxis.js";

export interface EmbeddingOptions {
  /** A row that gets no gradient, counted from the end where it is negative. */
  readonly paddingIdx?: number;
  /** Whether the gradient of a row is divided by how often its id comes. */
  readonly scaleGradByFreq?: boolean;
}

interface Lookup {
  readonly padding: number | undefined;
  readonly isScaled: boolean;
}

/** weight (V, C), ids (n) → (n, C) */
const embeddingOp = defineOp<[weight: Tensor, ids: Tensor], Lookup>({
  name: "embedding",
  accepts: [FLOAT, INDEX],
  reads: [1],
  shape: ([weight, ids]) => [ids.size, at(weight.shape, 1)],
  forward: ({ inputs: [x, index], output }) =>
    readAlongAxis({ x, index, indexStrides: [at(index.strides, 0), 0], axis: 0, output, missing: "NaN" }),
  backward: ({ inputs: [weight, ids], attributes: { padding, isScaled }, grad }) => [
    () => {
      // −1 is no row: what goes there is dropped.
      const rows = padding === undefined ? ids : where(eq(ids, padding), -1, ids);
      const sum = (source: Tensor) => indexSum(source, 0, rows, at(weight.shape, 0));
      if (!isScaled) return sum(grad);
      const { device } = grad;
      const ones = constant("embedding", 1, { dtype: "f32", device }, ids.shape);
      const counts = indexSelect(sum(ones), 0, ids); // (n)
      return sum(div(grad, unsqueeze(counts, 1)));
    },
    undefined,
  ],
});

/**
 * Rows of a table chosen by number: `out[…, c] = weight[ids[…], c]`. The gradient adds up in a fixed order.
 *
 * Shapes: weight (V, C), ids (…) of dtype i32 → (…, C). An id outside 0 … V − 1 gives a row of NaN.
 *
 * @throws ShapeError when weight is not a matrix
 * @throws DTypeError when the ids are not i32
 * @throws RangeError when there is no row `paddingIdx`
 * @example
 * await embedding(tensor([[1, 2], [3, 4]]), tensor([1, 0], { dtype: "i32" })).toArray(); // [[3, 4], [1, 2]]
 */
export function embedding(weight: Tensor, ids: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkInputs("embedding", [weight, ids], [FLOAT, INDEX]);
  checkOptions("embedding", options, ["paddingIdx", "scaleGradByFreq"]);
  if (weight.rank !== 2) throw new ShapeError(`embedding: weight must be (V, C), got ${show(weight.shape)}.`);
  const { paddingIdx, scaleGradByFreq = false } = options;
  const rows = at(weight.shape, 0);
  if (
    paddingIdx !== undefined &&
    !(Number.isInteger(paddingIdx) && paddingIdx >= -rows && paddingIdx < rows)
  ) {
    throw new RangeError(
      `embedding: paddingIdx is ${paddingIdx}; use a whole number from −${rows} to ${rows - 1}.`,
    );
  }
  const padding = paddingIdx !== undefined && paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  const found = embeddingOp(weight, reshape(ids, [ids.size]), { padding, isScaled: scaleGradByFreq });
  return reshape(found, [...ids.shape, at(weight.shape, 1)]);
}
