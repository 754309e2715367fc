import { kernels } from "@weft/kernels";
import { ShapeError } from "../../errors.js";
import { launch } from "../../launch.js";
import { defineOp, F32, INDEX } from "../../op.js";
import { at, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

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
export const embedding: (weight: Tensor, ids: Tensor) => Tensor = defineOp<[weight: Tensor, ids: Tensor]>({
  name: "embedding",
  accepts: [F32, INDEX],
  shape([weight, ids]) {
    if (weight.rank !== 2)
      throw new ShapeError(`embedding: weight must be (V, C), got ${show(weight.shape)}.`);
    return [...ids.shape, at(weight.shape, 1)];
  },
  forward({ inputs: [weight, ids], output }) {
    const [rows, cols] = [at(weight.shape, 0), at(weight.shape, 1)];
    const { size } = output;
    launch(kernels.embedding, { weight, ids, out: output }, { rows, cols, size }, { invocations: size });
  },
  backward: ({ inputs: [weight, ids], grad }) => [
    () => gradientOp(grad, ids, at(weight.shape, 0)),
    undefined,
  ],
});

/** dy (…, C), ids (…) → (rows, C): the rows of dy added up by their id. */
const gradientOp = defineOp<[dy: Tensor, ids: Tensor], number>({
  name: "embedding gradient",
  accepts: [F32, INDEX],
  shape: ([dy], rows) => [rows, at(dy.shape, dy.rank - 1)],
  forward({ inputs: [dy, ids], output, attributes: rows }) {
    const cols = at(output.shape, 1);
    launch(kernels.fill, { out: output }, { bits: 0, size: output.size }, { invocations: output.size });
    launch(
      kernels.embeddingGradient,
      { ids, dy, out: output },
      { rows, cols, count: ids.size },
      { invocations: cols },
    );
  },
  backward: ({ inputs: [, ids], grad }) => [() => embedding(grad, ids), undefined],
});
