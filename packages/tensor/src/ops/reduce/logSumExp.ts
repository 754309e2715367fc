import { defineOp, FLOAT } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { mul, sub } from "../elementwise/arithmetic.js";
import { eq } from "../elementwise/compare.js";
import { exp } from "../elementwise/powers.js";
import { where } from "../elementwise/where.js";
import { reshape } from "../layout/layout.js";
import { arrange, type Folding, type ReduceOptions } from "./axes.js";
import { fold } from "./fold.js";

const logSumExpOp = defineOp<[x: Tensor], Folding>({
  name: "logSumExp",
  accepts: [FLOAT],
  shape: (_, { shape }) => shape,
  forward: ({ inputs: [x], output, attributes }) => fold(x, output, "LOG_SUM_EXP", attributes),
  // The derivative is softmax, exp(x − y). Where every x is −∞ so is y: x − 0 makes that 0, x − y would be NaN.
  backward: ({ inputs: [x], attributes: { kept }, output: y, grad }) => [
    () => {
      const finite = where(eq(y, Number.NEGATIVE_INFINITY), 0, y);
      return mul(reshape(grad, kept), exp(sub(x, reshape(finite, kept))));
    },
  ],
});

/**
 * Logarithm of the sum of exponentials over one, several or all axes, `log Σ exp(x)`, without overflow; −∞ of nothing and
 * where every x is −∞ (the gradient is then 0). f16 is computed in f32.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @throws DTypeError when x holds integers or bool
 * @example
 * await logSumExp(tensor([1000, 1000])).item(); // 1000.6931
 */
export const logSumExp = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  logSumExpOp(...arrange("logSumExp", x, options));
