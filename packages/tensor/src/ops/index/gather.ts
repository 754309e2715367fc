import { checkTensor } from "../../checks/checkTensor.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { ANY, checkInputs, defineOp, INDEX, NUMBER } from "../../op.js";
import { at, broadcast, frontAxis, type Shape, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { cast } from "../elementwise/cast.js";
import { expand, reshape } from "../layout/layout.js";
import { slice } from "../layout/parts.js";
import { asRow, likeInput } from "../layout/singleNumber.js";
import { constant } from "./indexSelect.js";
import { type Reads, readAlongAxis } from "./readAlongAxis.js";
import { writeAlongAxis } from "./writeAlongAxis.js";

/** Refuses an index that does not lie within x beside the axis along which it counts. */
export function checkIndex(op: string, x: Tensor, index: Tensor, axis: number): void {
  if (index.rank !== x.rank) {
    throw new ShapeError(
      `${op}: index must have the ${x.rank} axes of x, got ${show(index.shape)} for x ${show(x.shape)}; ` +
        "use unsqueeze(), or indexSelect() for an index (n).",
    );
  }
  if (index.shape.some((length, i) => i !== axis && length > at(x.shape, i))) {
    throw new ShapeError(
      `${op}: index ${show(index.shape)} is longer than x ${show(x.shape)} beside axis ${axis}; slice() it.`,
    );
  }
}

const gatherOp = defineOp<[x: Tensor, index: Tensor], Reads>({
  name: "gather",
  accepts: [ANY, INDEX],
  shape([x, index], { axis }) {
    checkIndex("gather", x, index, axis);
    return index.shape;
  },
  forward: ({ inputs: [x, index], output, attributes }) =>
    readAlongAxis({ x, index, indexStrides: index.strides, output, ...attributes }),
  backward: ({ inputs: [x, index], attributes: { axis }, grad }) => [
    () => scatterAdd(constant("gather", 0, grad, x.shape), axis, index, grad),
    undefined,
  ],
});

/**
 * Elements of x chosen along an axis, one for each element of the index: on axis 0, `out[i, j] = x[index[i, j], j]`.
 *
 * Shapes: x, and index of dtype i32 with as many axes, none of them but `axis` longer → the index's. An index outside the
 * axis (negative ones do not count from the end) gives NaN, and 0 for integers and bool.
 *
 * @throws ShapeError when there is no such axis, or the index does not fit
 * @throws DTypeError when the index is not i32
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * await gather(x, 1, tensor([[0, 0], [1, 0]], { dtype: "i32" })).toArray(); // [[1, 1], [4, 3]]
 */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  checkTensor("gather", x);
  if (x.rank === 0) return likeInput(gather(asRow(x), axis, asRow(index)), x);
  return gatherOp(x, index, { axis: frontAxis("gather", axis, x.rank), missing: "NaN" });
}

/** `gather` for a gradient: 0 for an index outside, which wrote nothing. */
export const gatherWritten = (grad: Tensor, axis: number, index: Tensor): Tensor =>
  gatherOp(grad, index, { axis, missing: "zero" });

/** The part of a source that an index of this shape reaches. */
export function sourceFor(op: string, x: Tensor, index: Shape, source: Tensor): Tensor {
  if (source.rank !== index.length || index.some((length, i) => length > at(source.shape, i))) {
    throw new ShapeError(
      `${op}: index ${show(index)} is larger than source ${show(source.shape)}; every index needs an element of it.`,
    );
  }
  if (source.dtype !== x.dtype) {
    throw new DTypeError(`${op}: x is ${x.dtype} and source ${source.dtype}; use cast().`);
  }
  return index.reduce(
    (part, length, i) => (length === at(part.shape, i) ? part : slice(part, i, 0, length)),
    source,
  );
}

const scatterAddOp = defineOp<[x: Tensor, index: Tensor, source: Tensor], { readonly axis: number }>({
  name: "scatterAdd",
  accepts: [NUMBER, INDEX, NUMBER],
  shape([x, index], { axis }) {
    checkIndex("scatterAdd", x, index, axis);
    return x.shape;
  },
  forward: ({ inputs: [x, index, source], output, attributes: { axis } }) =>
    writeAlongAxis({ x, index, indexStrides: index.strides, source, axis, output, add: true }),
  backward: ({ inputs: [, index], attributes: { axis }, grad }) => [
    () => grad,
    undefined,
    () => gatherWritten(grad, axis, index),
  ],
});

/**
 * x with elements of source added where the index says: on axis 0, `out[index[i, j], j] += source[i, j]`, along the axis in
 * the order of the index, so the result is the same at every run. Where many go to one place, chunks of 256 may be added up
 * first, in this order too. The inverse of `gather`; f16 is added up in f32.
 *
 * Shapes: x, index of dtype i32 and source with as many axes; index is nowhere longer than source, nor than x but on `axis`
 * → the shape of x. An index outside the axis adds nothing.
 *
 * @throws ShapeError when there is no such axis, or index or source do not fit
 * @throws DTypeError when the index is not i32, or x and source differ
 * @example
 * const index = tensor([2, 0, 2], { dtype: "i32" });
 * await scatterAdd(zeros([3]), 0, index, tensor([1, 2, 3])).toArray(); // [2, 0, 4]
 */
export function scatterAdd(x: Tensor, axis: number, index: Tensor, source: Tensor): Tensor {
  checkTensor("scatterAdd", x);
  checkInputs("scatterAdd", [x, index, source], [NUMBER, INDEX, NUMBER]);
  if (x.rank === 0) return likeInput(scatterAdd(asRow(x), axis, asRow(index), asRow(source)), x);
  const front = frontAxis("scatterAdd", axis, x.rank);
  const part = sourceFor("scatterAdd", x, index.shape, source);
  if (x.dtype !== "f16") return scatterAddOp(x, index, part, { axis: front });
  return cast(scatterAddOp(cast(x, "f32"), index, cast(part, "f32"), { axis: front }), "f16");
}

/**
 * Elements of x chosen along an axis, as `argsort` or `argmax` with `keepDim` name them: `gather` for an index that
 * broadcasts with x on the other axes. Without an axis both are taken as one row.
 *
 * Shapes: x and index of dtype i32 that broadcast but for `axis` → the broadcast shape, on `axis` as long as the index.
 * Indices outside the axis: as in `gather`.
 *
 * @throws ShapeError when there is no such axis, the ranks differ, or the shapes do not broadcast
 * @throws DTypeError when the index is not i32
 * @example
 * const x = tensor([[3, 1], [2, 4]]);
 * await takeAlongAxis(x, tensor([[1]], { dtype: "i32" }), 1).toArray(); // [[1], [4]]
 */
export function takeAlongAxis(x: Tensor, index: Tensor, axis?: number): Tensor {
  checkTensor("takeAlongAxis", x);
  checkInputs("takeAlongAxis", [x, index], [ANY, INDEX]);
  if (axis === undefined)
    return gatherOp(reshape(x, [-1]), reshape(index, [-1]), { axis: 0, missing: "NaN" });
  if (x.rank === 0) return likeInput(takeAlongAxis(asRow(x), asRow(index), axis), x);
  const front = frontAxis("takeAlongAxis", axis, x.rank);
  if (index.rank !== x.rank) {
    throw new ShapeError(
      `takeAlongAxis: x ${show(x.shape)} and index ${show(index.shape)} must have as many axes; use unsqueeze().`,
    );
  }
  const shape = broadcast("takeAlongAxis", x.shape.with(front, 1), index.shape.with(front, 1));
  const stretched = (t: Tensor): Tensor => {
    const target = shape.with(front, at(t.shape, front));
    return sameShape(t.shape, target) ? t : expand(t, target);
  };
  return gatherOp(stretched(x), stretched(index), { axis: front, missing: "NaN" });
}
