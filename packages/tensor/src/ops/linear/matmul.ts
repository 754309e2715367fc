import { promote } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { checkInputs, defineOp, FLOAT } from "../../op.js";
import { broadcast, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { cast } from "../elementwise/cast.js";
import { expand, reshape, squeeze, transpose, unsqueeze } from "../layout/layout.js";
import { end, multiply } from "./multiply.js";

/** Refuses matrices whose inner sizes differ; a hint where b lies the other way round. */
export function checkInner(op: string, a: Tensor, b: Tensor): void {
  const inner = end(a.shape, 1);
  if (inner === end(b.shape, 2)) return;
  const shapes = `a is ${show(a.shape)} and b is ${show(b.shape)}`;
  const fits = inner === end(b.shape, 1);
  const cure = fits
    ? `use ${op}(a, transpose(b)) for a result of ${show([...a.shape.slice(0, -1), end(b.shape, 2)])}`
    : "the last axis of a must be as long as the last but one of b";
  throw new ShapeError(`${op}: inner sizes differ, ${shapes}; ${cure}.`);
}

/** a (M, K) · b (K, N) → (M, N), or the same for stacks (S, …) of equally many matrices. */
export const matmulOp: (a: Tensor, b: Tensor) => Tensor = defineOp<[a: Tensor, b: Tensor]>({
  name: "matmul",
  accepts: [FLOAT],
  shape: ([a, b]) => [...a.shape.slice(0, -1), end(b.shape, 1)],
  forward: ({ inputs: [a, b], output }) => multiply(a, b, output),
  backward: ({ inputs: [a, b], grad }) => [
    () => matmulOp(grad, transpose(b)),
    () => matmulOp(transpose(a), grad),
  ],
});

/**
 * Matrix product `out[…, m, n] = Σₖ a[…, m, k] · b[…, k, n]`.
 *
 * Shapes: (…, M, K), (…, K, N) → (…, M, N); leading axes broadcast; an operand of rank 1 is a row on the left, a column
 * on the right, and its axis vanishes from the result, as in PyTorch. f16 is added up in f32; beside f32 it becomes f32.
 *
 * @throws ShapeError when the inner sizes differ or an operand is a single number
 * @throws DTypeError for integers
 * @example
 * await matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[11]]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [left, right] = alike("matmul", [a, b]);
  return product(left, right);
}

/** The operands in the one float dtype that holds them all. */
export function alike<T extends readonly Tensor[]>(op: string, operands: readonly [...T]): T {
  checkInputs(op, operands, [FLOAT]);
  const dtype = operands.map((x) => x.dtype).reduce((a, b) => promote(op, a, b));
  return operands.map((x) => cast(x, dtype)) as readonly Tensor[] as T;
}

function product(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError(
      `matmul: operands are ${show(a.shape)} and ${show(b.shape)}; use mul() with a single number.`,
    );
  }
  if (a.rank === 1) return squeeze(product(unsqueeze(a, 0), b), b.rank === 1 ? -1 : -2);
  if (b.rank === 1) return squeeze(product(a, unsqueeze(b, 1)), -1);
  checkInner("matmul", a, b);
  const [M, N, K] = [end(a.shape, 2), end(b.shape, 1), end(a.shape, 1)];
  if (b.rank === 2) {
    const rows = a.rank === 2 ? a : reshape(a, [sizeOf(a.shape.slice(0, -1)), K]);
    return reshape(matmulOp(rows, b), [...a.shape.slice(0, -1), N]);
  }
  const batch = broadcast("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
  const stackOf = (x: Tensor, matrix: number[]) => {
    const whole = expand(x, [...batch, ...matrix]);
    return whole.rank === 3 ? whole : reshape(whole, [sizeOf(batch), ...matrix]);
  };
  return reshape(matmulOp(stackOf(a, [M, K]), stackOf(b, [K, N])), [...batch, M, N]);
}
