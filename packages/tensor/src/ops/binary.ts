import { kernels } from "@weft/kernels";
import { full } from "../create.js";
import { DTypeError } from "../errors.js";
import { launch, strided } from "../launch.js";
import { ANY, type Backward, defineOp } from "../op.js";
import { broadcast, collapse, liesInFours, stretch } from "../shape.js";
import { Tensor } from "../tensor.js";

const { binary: kernel } = kernels;

type Selector = keyof typeof kernel.constants;

/** A tensor, or a number that takes the dtype of the other operand. */
export type Operand = Tensor | number;

/** A number as a tensor that goes with the other operand. */
const scalar = (value: number, { dtype, device }: Tensor): Tensor => full([], value, { dtype, device });

/** One row of binary.ts: the selector of its `case` in binary.wgsl, and its two derivatives, if it has any. */
function binary(
  selector: Selector,
  backward?: Backward<[a: Tensor, b: Tensor], undefined>,
): {
  (a: number, b: Tensor): Tensor;
  (a: Tensor, b: Operand): Tensor;
} {
  const name = selector.toLowerCase();
  const op = defineOp<[a: Tensor, b: Tensor]>({
    name,
    accepts: [ANY],
    shape([a, b]) {
      if (a.dtype !== b.dtype) {
        throw new DTypeError(
          `${name}: the operands are ${a.dtype} and ${b.dtype}; use cast() on one of them.`,
        );
      }
      return broadcast(name, a.shape, b.shape);
    },
    forward({ inputs: [a, b], output }) {
      const { shape, size } = output;
      const views = [a, b].map((x) => stretch(x.shape, x.strides, shape));
      const { rank, axes, strides, quads } = collapse(shape, views);
      const [aStrides = [], bStrides = []] = strides;
      const fours = (x: Tensor, steps: readonly number[]) => (quads && liesInFours(steps, x.offset) ? 1 : 0);
      launch(
        kernel,
        { a: strided(a), b: strided(b), a4: strided(a), b4: strided(b), out: strided(output) },
        { axes, aOffset: a.offset, bOffset: b.offset, size },
        {
          invocations: Math.ceil(size / 4),
          knobs: {
            ...{ RANK: rank, OP: kernel.constants[selector], Element: a.dtype },
            ...{ QUADS: quads ? 1 : 0, A_FOURS: fours(a, aStrides), B_FOURS: fours(b, bStrides) },
          },
        },
      );
    },
    ...(backward && { backward }),
  });
  return (a: Operand, b: Operand) => {
    for (const operand of [a, b]) {
      if (typeof operand === "number" || operand instanceof Tensor) continue;
      throw new TypeError(`${name}: an operand is ${operand}, neither a tensor nor a number; use tensor().`);
    }
    if (a instanceof Tensor) return op(a, b instanceof Tensor ? b : scalar(b, a));
    if (b instanceof Tensor) return op(scalar(a, b), b);
    throw new TypeError(`${name}: both operands are numbers (${a}, ${b}); make one of them a tensor.`);
  };
}

/**
 * Sum `a + b`. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await add(tensor([1, 2]), 3).toArray(); // [4, 5]
 */
export const add = binary("ADD", ({ grad }) => [() => grad, () => grad]);

/**
 * Difference `a − b`. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await sub(1, tensor([1, 2])).toArray(); // [0, -1]
 */
export const sub = binary("SUB", ({ grad }) => [() => grad, () => mul(grad, -1)]);

/**
 * Product `a · b`, element by element. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await mul(tensor([[1], [2]]), tensor([3, 4])).toArray(); // [[3, 4], [6, 8]]
 */
export const mul = binary("MUL", ({ inputs: [a, b], grad }) => [() => mul(grad, b), () => mul(grad, a)]);

/**
 * Quotient `a / b`. Integers truncate toward zero. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await div(tensor([1, 4]), 2).toArray(); // [0.5, 2]
 */
export const div = binary("DIV", ({ inputs: [, b], output: y, grad }) => [
  () => div(grad, b),
  () => mul(div(mul(grad, y), b), -1),
]);

/** 1 where a > b, else 0, in the operands' dtype. */
const greater = binary("GREATER");

/** 1 where a = b, else 0, in the operands' dtype. */
export const equal = binary("EQUAL");

/** What the larger operand's gradient is multiplied with: an equal pair shares it, as in PyTorch. */
const share = (larger: Tensor, smaller: Tensor): Tensor =>
  add(greater(larger, smaller), mul(equal(larger, smaller), 0.5));

/**
 * The larger of a and b. Shapes: any two that broadcast → the broadcast shape. WGSL leaves to the adapter what becomes of NaN.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await maximum(tensor([1, 5]), 3).toArray(); // [3, 5]
 */
export const maximum = binary("MAXIMUM", ({ inputs: [a, b], grad }) => [
  () => mul(grad, share(a, b)),
  () => mul(grad, share(b, a)),
]);

/**
 * The smaller of a and b. Shapes: any two that broadcast → the broadcast shape. WGSL leaves to the adapter what becomes of NaN.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await minimum(tensor([1, 5]), 3).toArray(); // [1, 3]
 */
export const minimum = binary("MINIMUM", ({ inputs: [a, b], grad }) => [
  () => mul(grad, share(b, a)),
  () => mul(grad, share(a, b)),
]);
