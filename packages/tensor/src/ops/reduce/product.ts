import { ANY, defineOp } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { mul } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { reshape } from "../layout/layout.js";
import { arrange, type Folding, type ReduceOptions } from "./axes.js";
import { fold } from "./fold.js";
import { cumprodOp, previous } from "./recurrence.js";
import { countable } from "./sum.js";

const prodOp = defineOp<[x: Tensor], Folding>({
  name: "prod",
  accepts: [ANY],
  shape: (_, { shape }) => shape,
  dtype: ([x]) => countable(x.dtype),
  forward: ({ inputs: [x], output, attributes }) => fold(x, output, "PROD", attributes),
  // The derivative by an element is the product of those before it and those after it: right where elements are 0,
  // which the shorter y / x is not.
  backward: ({ inputs: [x], attributes: { outer, length, inner }, grad }) => [
    () => {
      const lines = reshape(cast(x, "f32"), [outer, length, inner]);
      const [before, after] = [false, true].map((reverse) => {
        const way = { axis: 1, reverse };
        return previous(cumprodOp(lines, way), way, 1);
      }) as [Tensor, Tensor];
      const slope = mul(mul(before, after), reshape(grad, [outer, 1, inner]));
      return cast(reshape(slope, x.shape), x.dtype);
    },
  ],
});

/**
 * Product over one, several or all axes; 1 of nothing. Its gradient is right where elements are 0. f16 is multiplied in f32;
 * bool gives i32.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @example
 * await prod(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArray(); // [2, 12]
 */
export const prod = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  prodOp(...arrange("prod", x, options));
