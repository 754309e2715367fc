import { checkTensor } from "../../checks/checkTensor.js";
import { create, fill } from "../../create.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { ANY, checkInputs, defineOp, INDEX, NUMBER } from "../../op.js";
import { at, frontAxis, type Shape, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { cast } from "../elementwise/cast.js";
import { expand } from "../layout/layout.js";
import { asRow, likeInput } from "../layout/singleNumber.js";
import { type Reads, readAlongAxis } from "./readAlongAxis.js";
import { writeAlongAxis } from "./writeAlongAxis.js";

/** Strides of a 1-D index seen in a shape of this rank: it counts along one axis and is the same along all others. */
const strides = (index: Tensor, axis: number, rank: number): number[] =>
  new Array<number>(rank).fill(0).with(axis, at(index.strides, 0));

function checkIndex(op: string, index: Tensor): void {
  if (index.rank !== 1) {
    throw new ShapeError(`${op}: index must be (n), got ${show(index.shape)}; use gather() or reshape().`);
  }
}

/** One number in every place of a shape: it takes the room of one. `op` names who asks. */
export const constant = (
  op: string,
  value: number | boolean,
  { dtype, device }: Pick<Tensor, "dtype" | "device">,
  shape: Shape,
): Tensor => expand(fill(op, create(op, [], { dtype, device }), value), shape);

const indexSelectOp = defineOp<[x: Tensor, index: Tensor], Reads>({
  name: "indexSelect",
  accepts: [ANY, INDEX],
  shape([x, index], { axis }) {
    checkIndex("indexSelect", index);
    return x.shape.with(axis, index.size);
  },
  forward: ({ inputs: [x, index], output, attributes }) =>
    readAlongAxis({ x, index, indexStrides: strides(index, attributes.axis, x.rank), output, ...attributes }),
  backward: ({ inputs: [x, index], attributes: { axis }, grad }) => [
    () => indexSum(grad, axis, index, at(x.shape, axis)),
    undefined,
  ],
});

/**
 * Slices of x along an axis, chosen by number: `out[…, i, …] = x[…, index[i], …]`. Its gradient adds up in a fixed order.
 *
 * Shapes: x (…, N, …), index (n) of dtype i32 → (…, n, …). An index outside 0 … N − 1 (negative ones do not count from the
 * end) gives NaN, and 0 for integers and bool.
 *
 * @throws ShapeError when there is no such axis, or the index is no 1-D tensor
 * @throws DTypeError when the index is not i32
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * await indexSelect(x, 1, tensor([2, 0], { dtype: "i32" })).toArray(); // [[3, 1], [6, 4]]
 */
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  checkTensor("indexSelect", x);
  if (x.rank === 0) return likeInput(indexSelect(asRow(x), axis, asRow(index)), x);
  return indexSelectOp(x, index, { axis: frontAxis("indexSelect", axis, x.rank), missing: "NaN" });
}

interface Sums {
  readonly axis: number;
  readonly length: number;
}

const indexSumOp = defineOp<[source: Tensor, index: Tensor], Sums>({
  name: "indexSum",
  accepts: [NUMBER, INDEX],
  shape: ([source], { axis, length }) => source.shape.with(axis, length),
  forward({ inputs: [source, index], output, attributes: { axis } }) {
    writeAlongAxis({
      index,
      indexStrides: strides(index, axis, source.rank),
      source,
      axis,
      output,
      add: true,
    });
  },
  backward: ({ inputs: [, index], attributes: { axis }, grad }) => [
    () => indexSelectOp(grad, index, { axis, missing: "zero" }),
    undefined,
  ],
});

/** Slices of source added up where the index says, on an axis of the given length: what indexSelect does, turned round. */
export function indexSum(source: Tensor, axis: number, index: Tensor, length: number): Tensor {
  if (source.dtype !== "f16") return indexSumOp(source, index, { axis, length });
  return cast(indexSumOp(cast(source, "f32"), index, { axis, length }), "f16");
}

const indexAddOp = defineOp<[x: Tensor, index: Tensor, source: Tensor], { readonly axis: number }>({
  name: "indexAdd",
  accepts: [NUMBER, INDEX, NUMBER],
  shape([x, index, source], { axis }) {
    checkIndex("indexAdd", index);
    const expected = x.shape.with(axis, index.size);
    if (!sameShape(source.shape, expected)) {
      throw new ShapeError(
        `indexAdd: x ${show(x.shape)} and index ${show(index.shape)} on axis ${axis} expect a source of ` +
          `${show(expected)}, got ${show(source.shape)}.`,
      );
    }
    if (source.dtype !== x.dtype) {
      throw new DTypeError(`indexAdd: x is ${x.dtype} and source ${source.dtype}; use cast().`);
    }
    return x.shape;
  },
  forward({ inputs: [x, index, source], output, attributes: { axis } }) {
    writeAlongAxis({
      ...{ x, index, indexStrides: strides(index, axis, x.rank), source, axis, output },
      add: true,
    });
  },
  backward: ({ inputs: [, index], attributes: { axis }, grad }) => [
    () => grad,
    undefined,
    () => indexSelectOp(grad, index, { axis, missing: "zero" }),
  ],
});

/**
 * x with slices of source added where the index says: `out[…, index[i], …] += source[…, i, …]` for i = 0, 1, … in this
 * order, so the result is the same at every run. Where many go to one place, chunks of 256 may be added up first, in this
 * order too. The inverse of `indexSelect`; f16 is added up in f32.
 *
 * Shapes: x (…, N, …), index (n) of dtype i32, source (…, n, …) → (…, N, …). An index outside 0 … N − 1 adds nothing.
 *
 * @throws ShapeError when there is no such axis, the index is no 1-D tensor, or the source does not fit
 * @throws DTypeError when the index is not i32, or x and source differ
 * @example
 * const index = tensor([1, 1], { dtype: "i32" });
 * await indexAdd(tensor([10, 20, 30]), 0, index, tensor([1, 2])).toArray(); // [10, 23, 30]
 */
export function indexAdd(x: Tensor, axis: number, index: Tensor, source: Tensor): Tensor {
  checkTensor("indexAdd", x);
  if (x.rank === 0) return likeInput(indexAdd(asRow(x), axis, asRow(index), asRow(source)), x);
  const front = frontAxis("indexAdd", axis, x.rank);
  if (x.dtype !== "f16" || source.dtype !== "f16") return indexAddOp(x, index, source, { axis: front });
  checkInputs("indexAdd", [x, index, source], [NUMBER, INDEX, NUMBER]);
  return cast(indexAddOp(cast(x, "f32"), index, cast(source, "f32"), { axis: front }), "f16");
}
