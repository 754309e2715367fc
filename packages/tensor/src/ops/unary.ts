import { kernels } from "@weft/kernels";
import { launch, strided } from "../launch.js";
import { type Backward, defineOp } from "../op.js";
import { collapse, liesInFours } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { div, mul, sub } from "./binary.js";

const { unary: kernel } = kernels;

type Selector = keyof typeof kernel.constants;

/** One row of unary.ts: the selector of its `case` in unary.wgsl, and its derivative. */
function unary(selector: Selector, backward: Backward<[x: Tensor], undefined>): (x: Tensor) => Tensor {
  return defineOp({
    name: selector.toLowerCase(),
    shape: ([x]) => x.shape,
    forward({ inputs: [x], output }) {
      const { rank, axes, strides, quads } = collapse(x.shape, [x.strides]);
      const [steps = []] = strides;
      const fours = quads && liesInFours(steps, x.offset);
      launch(
        kernel,
        { x: strided(x), x4: strided(x), out: strided(output) },
        { axes, offset: x.offset, size: x.size },
        {
          invocations: Math.ceil(x.size / 4),
          knobs: { RANK: rank, OP: kernel.constants[selector], QUADS: quads ? 1 : 0, X_FOURS: fours ? 1 : 0 },
        },
      );
    },
    backward,
  });
}

/**
 * Changes the sign: `−x`. Shapes: any → the same.
 *
 * @example
 * await neg(tensor([1, -2])).toArray(); // [-1, 2]
 */
export const neg = unary("NEG", ({ grad }) => [() => neg(grad)]);

/**
 * Absolute value `|x|`; its gradient at 0 is 0. Shapes: any → the same.
 *
 * @example
 * await abs(tensor([1, -2])).toArray(); // [1, 2]
 */
export const abs = unary("ABS", ({ inputs: [x], grad }) => [() => mul(grad, sign(x))]);

/**
 * −1, 0 or 1 by the sign of x; its gradient is 0. Shapes: any → the same.
 *
 * @example
 * await sign(tensor([-3, 0, 2])).toArray(); // [-1, 0, 1]
 */
export const sign = unary("SIGN", ({ grad }) => [() => mul(grad, 0)]);

/**
 * Exponential `eˣ`. Shapes: any → the same.
 *
 * @example
 * await exp(tensor([0, 1])).toArray(); // [1, 2.7182818]
 */
export const exp = unary("EXP", ({ output: y, grad }) => [() => mul(grad, y)]);

/**
 * Natural logarithm `ln x`. Shapes: any → the same. WGSL leaves log(0) to the adapter: −∞, or a large negative number.
 *
 * @example
 * await log(tensor([1, 2])).toArray(); // [0, 0.6931472]
 */
export const log = unary("LOG", ({ inputs: [x], grad }) => [() => div(grad, x)]);

/**
 * Square root `√x`. Shapes: any → the same.
 *
 * @example
 * await sqrt(tensor([4, 9])).toArray(); // [2, 3]
 */
export const sqrt = unary("SQRT", ({ output: y, grad }) => [() => div(grad, mul(y, 2))]);

/**
 * Square `x²`. Shapes: any → the same.
 *
 * @example
 * await square(tensor([2, -3])).toArray(); // [4, 9]
 */
export const square = unary("SQUARE", ({ inputs: [x], grad }) => [() => mul(grad, mul(x, 2))]);

/**
 * Logistic function `σ(x) = 1 / (1 + e⁻ˣ)`, without overflow for any x. Shapes: any → the same.
 *
 * @example
 * await sigmoid(tensor([0, 2])).toArray(); // [0.5, 0.8807971]
 */
export const sigmoid = unary("SIGMOID", ({ output: y, grad }) => [() => mul(grad, mul(y, sub(1, y)))]);

/**
 * Hyperbolic tangent, without overflow for any x. Shapes: any → the same.
 *
 * @example
 * await tanh(tensor([0, 1])).toArray(); // [0, 0.7615942]
 */
export const tanh = unary("TANH", ({ output: y, grad }) => [() => mul(grad, sub(1, square(y)))]);

/**
 * Rectifier `max(x, 0)`; its gradient at 0 is 0, as in PyTorch. Shapes: any → the same.
 *
 * @example
 * await relu(tensor([-1, 2])).toArray(); // [0, 2]
 */
export const relu = unary("RELU", ({ output: y, grad }) => [() => mul(grad, sign(y))]);
