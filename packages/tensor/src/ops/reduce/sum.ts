import type { DType } from "../../dtype.js";
import { ANY, checkInputs, defineOp, FLOAT } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { div } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { expand, reshape } from "../layout/layout.js";
import { arrange, type Folding, type ReduceOptions } from "./axes.js";
import { fold } from "./fold.js";

/** A sum or product of bool counts; every other dtype stays what it is. */
export const countable = (dtype: DType): DType => (dtype === "bool" ? "i32" : dtype);

/** Σ over the middle axis of the folding, as `dtype`. */
export const sumOp = defineOp<[x: Tensor], Folding & { readonly dtype: DType }>({
  name: "sum",
  accepts: [ANY],
  shape: (_, { shape }) => shape,
  dtype: (_, { dtype }) => dtype,
  forward: ({ inputs: [x], output, attributes }) => fold(x, output, "SUM", attributes),
  backward: ({ inputs: [x], attributes: { kept }, grad }) => [
    () => expand(reshape(cast(grad, x.dtype), kept), x.shape),
  ],
});

/**
 * Sum over one, several or all axes; 0 of nothing. f16 is added up in f32; bool is counted, as i32; integers wrap at 32 bits.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @example
 * await sum(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArray(); // [3, 7]
 * await sum(tensor([true, false, true])).item(); // 2
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const [ordered, folding] = arrange("sum", x, options);
  return sumOp(ordered, { ...folding, dtype: countable(x.dtype) });
}

/**
 * Arithmetic mean over one, several or all axes, `Σ x / n`; NaN of nothing. f16 is added up in f32.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @throws DTypeError when x holds integers or bool
 * @example
 * await mean(tensor([1, 2, 6])).item(); // 3
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkInputs("mean", [x], [FLOAT]);
  const [ordered, folding] = arrange("mean", x, options);
  // The sum of an f16 tensor may exceed f16 where its mean does not.
  return cast(div(sumOp(ordered, { ...folding, dtype: "f32" }), folding.length), x.dtype);
}
