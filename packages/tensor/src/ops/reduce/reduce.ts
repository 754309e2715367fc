import { kernels } from "@weft/kernels";
import { ShapeError } from "../../errors.js";
import { empty, launch } from "../../launch.js";
import { checkInputs, defineOp, F32 } from "../../op.js";
import { at, frontAxis, type Shape, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { div, mul } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { eq } from "../elementwise/compare.js";
import { expand, permute, reshape } from "../layout/layout.js";

export interface ReduceOptions {
  /** The axis or axes to fold; all of them if none is given. Negative axes count from the end. */
  readonly axis?: number | readonly number[];
  /** Keeps folded axes with length 1. */
  readonly keepDim?: boolean;
}

/** A row-major tensor seen as (outer, length, inner), whose middle axis is folded. */
interface Block {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** What a reduction does to the shape of its input. */
interface Folding extends Block {
  /** The result's shape. */
  readonly shape: Shape;
  /** The input's shape with the folded axes of length 1: what the result's gradient is stretched from. */
  readonly kept: Shape;
}

/** The longest stretch that one invocation folds where there are too few outputs to go round. */
const CHUNK = 256;
const FEW_OUTPUTS = 1024;

/** Encodes reduce.wgsl: long axes are folded in parts first, then the parts. */
function fold(x: Tensor, output: Tensor, OP: number, { outer, length, inner }: Block): void {
  const isLong = outer * inner < FEW_OUTPUTS && length > 2 * CHUNK;
  const chunk = isLong ? CHUNK : Math.max(length, 1);
  const parts = Math.max(Math.ceil(length / chunk), 1);
  const size = outer * parts * inner;
  const out = parts === 1 ? output : empty({ shape: [size], dtype: "f32", device: x.device });
  launch(
    kernels.reduce,
    { x, out },
    { length, inner, chunk, parts, size },
    { invocations: size, knobs: { OP } },
  );
  if (parts === 1) return;
  fold(out, output, OP, { outer, length: parts, inner });
  out.dispose();
}

/** x with the folded axes side by side (others are moved before them where they are not), and what the fold does. */
function arrange(
  op: string,
  x: Tensor,
  { axis, keepDim = false }: ReduceOptions,
): [x: Tensor, folding: Folding] {
  const all = x.shape.map((_, i) => i);
  const named = axis === undefined ? all : typeof axis === "number" ? [axis] : axis;
  const folded = new Set(named.map((i) => frontAxis(op, i, x.rank)));
  const rest = all.filter((i) => !folded.has(i));
  const first = Math.min(...folded, x.rank);
  const isBlock = all.every((i) => folded.has(i) === (i >= first && i < first + folded.size));
  const order = isBlock ? all : [...rest, ...folded];
  const size = (axes: readonly number[]) => sizeOf(axes.map((i) => at(x.shape, i)));
  const one = (i: number) => (folded.has(i) ? 1 : at(x.shape, i));
  const folding = {
    outer: size(isBlock ? all.slice(0, first) : rest),
    length: size([...folded]),
    inner: size(isBlock ? all.slice(first + folded.size) : []),
    shape: keepDim ? all.map(one) : rest.map(one),
    kept: order.map(one),
  };
  return [isBlock ? x : permute(x, order), folding];
}

const sumOp = defineOp<[x: Tensor], Folding>({
  name: "sum",
  accepts: [F32],
  shape: (_, { shape }) => shape,
  forward: ({ inputs: [x], output, attributes }) => fold(x, output, kernels.reduce.constants.SUM, attributes),
  backward: ({ inputs: [x], attributes: { kept }, grad }) => [() => expand(reshape(grad, kept), x.shape)],
});

const maxOp = defineOp<[x: Tensor], Folding>({
  name: "max",
  accepts: [F32],
  shape: (_, { shape }) => shape,
  forward: ({ inputs: [x], output, attributes }) => fold(x, output, kernels.reduce.constants.MAX, attributes),
  backward: ({ inputs: [x], attributes: folding, output: y, grad }) => [
    () => {
      const isMax = cast(eq(x, reshape(y, folding.kept)), x.dtype);
      return mul(isMax, reshape(div(grad, sumOp(isMax, folding)), folding.kept));
    },
  ],
});

/**
 * Sum over one, several or all axes. Shapes: folded axes vanish, or stay with length 1 by `keepDim`.
 *
 * @example
 * await sum(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArray(); // [3, 7]
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return sumOp(...arrange("sum", x, options));
}

/**
 * Arithmetic mean over one, several or all axes. Shapes as in `sum`.
 *
 * @example
 * await mean(tensor([1, 2, 6])).item(); // 3
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkInputs("mean", [x], [F32]);
  const [ordered, folding] = arrange("mean", x, options);
  return div(sumOp(ordered, folding), folding.length);
}

/**
 * Largest element over one, several or all axes; equal ones share the gradient, as in PyTorch's `amax`.
 * Shapes as in `sum`. WGSL leaves to the adapter what becomes of NaN.
 *
 * @throws ShapeError when there is no element to choose from
 * @example
 * await max(tensor([[1, 5], [4, 3]]), { axis: 0 }).toArray(); // [4, 5]
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const [ordered, folding] = arrange("max", x, options);
  if (folding.length === 0) throw new ShapeError(`max: nothing to choose from in shape ${show(x.shape)}.`);
  return maxOp(ordered, folding);
}
