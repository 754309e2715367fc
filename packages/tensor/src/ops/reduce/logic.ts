// Questions about many elements: their results are bool and carry no gradient.
import { ANY, defineOp } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { arrange, type Folding, type ReduceOptions } from "./axes.js";
import { fold } from "./fold.js";

const logicOp = (selector: "ANY" | "ALL") =>
  defineOp<[x: Tensor], Folding>({
    name: selector.toLowerCase(),
    accepts: [ANY],
    shape: (_, { shape }) => shape,
    dtype: () => "bool",
    forward: ({ inputs: [x], output, attributes }) => fold(x, output, selector, attributes),
  });

const anyOp = logicOp("ANY");
const allOp = logicOp("ALL");

/**
 * Whether one element or more over one, several or all axes is not 0, as NaN is not; false of nothing.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`; bool
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @example
 * await any(tensor([[0, 0], [0, 3]]), { axis: 1 }).toArray(); // [false, true]
 */
export const any = (x: Tensor, options: ReduceOptions = {}): Tensor => anyOp(...arrange("any", x, options));

/**
 * Whether every element over one, several or all axes is not 0, as NaN is not; true of nothing.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`; bool
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @example
 * await all(tensor([[1, 2], [0, 3]]), { axis: 1 }).toArray(); // [true, false]
 */
export const all = (x: Tensor, options: ReduceOptions = {}): Tensor => allOp(...arrange("all", x, options));
