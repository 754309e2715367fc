import { kernels } from "@weft/kernels";
import { ShapeError } from "../errors.js";
import { empty, launch } from "../launch.js";
import { defineOp } from "../op.js";
import { at, frontAxis, show, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { div, equal, mul } from "./binary.js";
import { expand, permute, reshape } from "./layout.js";

export interface ReduceOptions {
  /** The axis or axes to fold; all of them if none is given. Negative axes count from the end. */
  readonly axis?: number | readonly number[];
  /** Keeps folded axes with length 1. */
  readonly keepDim?: boolean;
}

/** A tensor seen as (outer, length, inner), whose middle axis is folded. */
interface Fold {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The longest stretch that one invocation folds where there are too few outputs to go round. */
const CHUNK = 256;
const FEW_OUTPUTS = 1024;

/** Folds the middle axis of (outer, length, inner): long axes in parts first, then the parts. */
function fold(x: Tensor, output: Tensor, OP: number, { outer, length, inner }: Fold): void {
  const few = outer * inner < FEW_OUTPUTS && length > 2 * CHUNK;
  const chunk = few ? CHUNK : Math.max(length, 1);
  const parts = Math.max(Math.ceil(length / chunk), 1);
  const size = outer * parts * inner;
  const target = parts === 1 ? output : empty({ shape: [size], dtype: "f32", device: x.device });
  launch(
    kernels.reduce,
    { x, out: target },
    { length, inner, chunk, parts, size },
    { invocations: size, knobs: { OP } },
  );
  if (parts === 1) return;
  fold(target, output, OP, { outer, length: parts, inner });
  target.dispose();
}

/**
 * x as (outer, length, inner) with the folded axes in the middle, and the shape of the result.
 * Folded axes that are not neighbours are moved behind the others.
 */
function arrange(op: string, x: Tensor, { axis, keepDim = false }: ReduceOptions) {
  const all = x.shape.map((_, i) => i);
  const named = axis === undefined ? all : typeof axis === "number" ? [axis] : axis;
  const folded = new Set(named.map((i) => frontAxis(op, i, x.rank)));
  const first = Math.min(...folded, x.rank);
  const isBlock = all.every((i) => folded.has(i) === (i >= first && i < first + folded.size));
  const rest = all.filter((i) => !folded.has(i));
  const before = isBlock ? all.slice(0, first) : rest;
  const after = isBlock ? all.slice(first + folded.size) : [];
  const size = (axes: readonly number[]) => sizeOf(axes.map((i) => at(x.shape, i)));

  const ordered = isBlock ? x : permute(x, [...rest, ...folded]);
  const length = size([...folded]);
  const shape = keepDim ? x.shape.map((n, i) => (folded.has(i) ? 1 : n)) : rest.map((i) => at(x.shape, i));
  return { block: reshape(ordered, [size(before), length, size(after)]), length, shape };
}

const foldOf = ({ shape }: Tensor): Fold => ({
  outer: at(shape, 0),
  length: at(shape, 1),
  inner: at(shape, 2),
});

/** Folds the middle axis of a tensor of rank 3. */
const sumOp = defineOp({
  name: "sum",
  shape: ([x]) => [at(x.shape, 0), 1, at(x.shape, 2)],
  forward: ({ inputs: [x], output }) => fold(x, output, kernels.reduce.constants.SUM, foldOf(x)),
  backward: ({ inputs: [x], grad }) => [() => expand(grad, x.shape)],
});

const maxOp = defineOp({
  name: "max",
  shape: ([x]) => [at(x.shape, 0), 1, at(x.shape, 2)],
  forward: ({ inputs: [x], output }) => fold(x, output, kernels.reduce.constants.MAX, foldOf(x)),
  backward: ({ inputs: [x], output: y, grad }) => [
    () => {
      const isMax = equal(x, expand(y, x.shape));
      return mul(isMax, div(grad, sumOp(isMax)));
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
  const { block, shape } = arrange("sum", x, options);
  return reshape(sumOp(block), shape);
}

/**
 * Arithmetic mean over one, several or all axes. Shapes as in `sum`.
 *
 * @example
 * await mean(tensor([1, 2, 6])).item(); // 3
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { block, shape, length } = arrange("mean", x, options);
  return reshape(div(sumOp(block), length), shape);
}

/**
 * Largest element over one, several or all axes; equal ones share the gradient, as in PyTorch's `amax`.
 * Shapes as in `sum`.
 *
 * @throws ShapeError when there is no element to choose from
 * @example
 * await max(tensor([[1, 5], [4, 3]]), { axis: 0 }).toArray(); // [4, 5]
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { block, shape, length } = arrange("max", x, options);
  if (length === 0) throw new ShapeError(`max: nothing to choose from in shape ${show(x.shape)}.`);
  return reshape(maxOp(block), shape);
}
