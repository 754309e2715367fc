// Matrix products with an addend.
import { ShapeError } from "../../errors.js";
import { defineOp, FLOAT } from "../../op.js";
import { broadcast, sameShape, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { reshape, transpose } from "../layout/layout.js";
import { alike, checkInner, matmulOp } from "./matmul.js";
import { end, multiply } from "./multiply.js";

const addmmOp = defineOp<[c: Tensor, a: Tensor, b: Tensor]>({
  name: "addmm",
  accepts: [FLOAT],
  shape: ([, a, b]) => [end(a.shape, 2), end(b.shape, 1)],
  forward: ({ inputs: [c, a, b], output }) => multiply(a, b, output, c),
  backward: ({ inputs: [, a, b], grad }) => [
    () => grad,
    () => matmulOp(grad, transpose(b)),
    () => matmulOp(transpose(a), grad),
  ],
});

/**
 * Matrix product with an addend, `c + a · b`, in one kernel. Shapes: c broadcasts to (M, N); (M, K), (K, N) → (M, N).
 *
 * @throws ShapeError when the inner sizes differ, or c does not broadcast to the result
 * @throws DTypeError for integers
 * @example
 * await addmm(tensor([1, 1]), tensor([[1, 2]]), tensor([[3, 0], [0, 4]])).toArray(); // [[4, 9]]
 */
export function addmm(c: Tensor, a: Tensor, b: Tensor): Tensor {
  return addmmOf(...alike("addmm", [c, a, b]));
}

function addmmOf(c: Tensor, a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 2 || b.rank !== 2) {
    throw new ShapeError(
      `addmm: a and b must be matrices, got ${show(a.shape)} and ${show(b.shape)}; use matmul().`,
    );
  }
  checkInner("addmm", a, b);
  const shape = [end(a.shape, 2), end(b.shape, 1)];
  if (!sameShape(broadcast("addmm", c.shape, shape), shape)) {
    throw new ShapeError(
      `addmm: c is ${show(c.shape)} and does not broadcast to the product's ${show(shape)}.`,
    );
  }
  return addmmOp(c, a, b);
}

/** x (M, K) · weight (N, K)ᵀ (+ bias (N)), with gradients that lie as their tensors do. */
const linearOp = defineOp<readonly Tensor[]>({
  name: "linear",
  accepts: [FLOAT],
  shape: ([x, weight]) => [end((x as Tensor).shape, 2), end((weight as Tensor).shape, 2)],
  forward({ inputs, output }) {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    multiply(x, transpose(weight), output, bias);
  },
  backward({ inputs, grad }) {
    const [x, weight, ...bias] = inputs as [Tensor, Tensor, Tensor?];
    return [() => matmulOp(grad, weight), () => matmulOp(transpose(grad), x), ...bias.map(() => () => grad)];
  },
});

/**
 * Linear map of the last axis, `x · weightᵀ + bias`, with PyTorch's layout of the weight.
 *
 * Shapes: x (…, in), weight (out, in), bias (out) → (…, out)
 *
 * @throws ShapeError when the last axis of x is not `in`, or bias does not fit
 * @throws DTypeError for integers
 * @example
 * await linear(tensor([1, 2]), tensor([[3, 4]]), tensor([5])).toArray(); // [16]
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [input, matrix, addend] =
    bias === undefined ? alike("linear", [x, weight]) : alike("linear", [x, weight, bias]);
  if (weight.rank !== 2) {
    throw new ShapeError(`linear: weight must be (out, in), got ${show(weight.shape)}.`);
  }
  const [features, expected] = [x.shape.at(-1), end(weight.shape, 1)];
  if (features !== expected) {
    throw new ShapeError(
      `linear: weight ${show(weight.shape)} expects ${expected} features on the last axis, got ${show(x.shape)}.`,
    );
  }
  if (bias !== undefined && !sameShape(bias.shape, [end(weight.shape, 2)])) {
    throw new ShapeError(
      `linear: weight ${show(weight.shape)} makes ${end(weight.shape, 2)} features, and bias is ${show(bias.shape)}; ` +
        `it must be (${end(weight.shape, 2)}).`,
    );
  }
  const rows = x.rank === 2 ? input : reshape(input, [sizeOf(x.shape.slice(0, -1)), expected]);
  const out = addend === undefined ? linearOp(rows, matrix) : linearOp(rows, matrix, addend);
  return reshape(out, [...x.shape.slice(0, -1), end(weight.shape, 2)]);
}
