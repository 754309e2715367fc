import { checkTensor } from "../../checks/checkTensor.js";
import { ANY, checkInputs, defineOp, INDEX } from "../../op.js";
import { arange } from "../../sequences.js";
import { at, frontAxis, type Shape } from "../../shape.js";
import { Tensor } from "../../tensor.js";
import { eq } from "../elementwise/compare.js";
import { where } from "../elementwise/where.js";
import { expand, reshape } from "../layout/layout.js";
import { asRow, likeInput } from "../layout/singleNumber.js";
import { checkIndex, gather, gatherWritten, sourceFor } from "./gather.js";
import { constant } from "./indexSelect.js";
import { writeAlongAxis } from "./writeAlongAxis.js";

const scatterOp = defineOp<[x: Tensor, index: Tensor, source: Tensor], { readonly axis: number }>({
  name: "scatter",
  accepts: [ANY, INDEX, ANY],
  shape([x, index], { axis }) {
    checkIndex("scatter", x, index, axis);
    return x.shape;
  },
  forward: ({ inputs: [x, index, source], output, attributes: { axis } }) =>
    writeAlongAxis({ x, index, indexStrides: index.strides, source, axis, output, add: false }),
  backward: ({ inputs: [x, index], attributes: { axis }, grad }) => [
    () => scatter(grad, axis, index, 0),
    undefined,
    () => {
      const stays = eq(gather(lastWriters(x.shape, index, axis), axis, index), positions(index, axis));
      return where(stays, gatherWritten(grad, axis, index), 0);
    },
  ],
});

/** For each element of the index its number along the axis. */
function positions(index: Tensor, axis: number): Tensor {
  const length = at(index.shape, axis);
  const numbers = arange(length, { dtype: "i32", device: index.device });
  return expand(
    reshape(
      numbers,
      index.shape.map((_, i) => (i === axis ? length : 1)),
    ),
    index.shape,
  );
}

/** For each element of a scatter of this shape the number of the index that wrote it last; −1 where none did. */
const lastWriters = (shape: Shape, index: Tensor, axis: number): Tensor =>
  scatter(
    constant("scatter", -1, { dtype: "i32", device: index.device }, shape),
    axis,
    index,
    positions(index, axis),
  );

/**
 * x with elements of source, or one number, where the index says: on axis 0, `out[index[i, j], j] = source[i, j]`. Of several
 * for one place the last along the axis stays, and it alone gets a gradient.
 *
 * Shapes: x, index of dtype i32 and source with as many axes; index is nowhere longer than source, nor than x but on `axis`
 * → the shape of x. An index outside the axis writes nothing.
 *
 * @throws ShapeError when there is no such axis, or index or source do not fit
 * @throws DTypeError when the index is not i32, or x cannot hold the source
 * @example
 * const index = tensor([2, 0], { dtype: "i32" });
 * await scatter(zeros([3]), 0, index, tensor([1, 2])).toArray(); // [2, 0, 1]
 * await scatter(zeros([3]), 0, index, 9).toArray(); // [9, 0, 9]
 */
export function scatter(x: Tensor, axis: number, index: Tensor, source: Tensor | number | boolean): Tensor {
  checkTensor("scatter", x);
  const isTensor = source instanceof Tensor;
  checkInputs("scatter", isTensor ? [x, index, source] : [x, index], [ANY, INDEX, ANY]);
  if (x.rank === 0) {
    return likeInput(scatter(asRow(x), axis, asRow(index), isTensor ? asRow(source) : source), x);
  }
  const front = frontAxis("scatter", axis, x.rank);
  const part = isTensor
    ? sourceFor("scatter", x, index.shape, source)
    : constant("scatter", source, x, index.shape);
  return scatterOp(x, index, part, { axis: front });
}
