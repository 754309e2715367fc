import { kernels } from "@weft/kernels";
import { ShapeError } from "../../errors.js";
import { launch } from "../../launch.js";
import { defineOp, F32 } from "../../op.js";
import type { Tensor } from "../../tensor.js";
import { mul, sub } from "../elementwise/arithmetic.js";
import { exp } from "../elementwise/powers.js";
import { sum } from "../reduce/sum.js";

/** Encodes softmax.wgsl over the rows of the last axis. */
function overRows(x: Tensor, output: Tensor, LOG: 0 | 1): void {
  const cols = x.shape.at(-1);
  if (cols === undefined) {
    const op = LOG === 1 ? "logSoftmax" : "softmax";
    throw new ShapeError(`${op}: a single number has no axis to normalise; use rank 1 or more.`);
  }
  const rows = cols === 0 ? 0 : x.size / cols;
  launch(
    kernels.softmax,
    { x, out: output },
    { rows, cols },
    {
      rows,
      knobs: { WORKGROUP: rowWorkgroup(cols), LOG },
    },
  );
}

/** Invocations that share a row: about one for eight columns, so that short rows do not wait at barriers for nothing. */
export const rowWorkgroup = (cols: number): number =>
  Math.min(Math.max(2 ** Math.ceil(Math.log2(cols / 8)), 8), 256);

const sumLast = (x: Tensor): Tensor => sum(x, { axis: -1, keepDim: true });

/**
 * Turns scores into probabilities along the last axis: `softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)`.
 *
 * Shapes: x (…, n) → (…, n)
 *
 * @throws ShapeError when x is a single number
 * @example
 * await softmax(tensor([0, 0])).toArray(); // [0.5, 0.5]
 */
export const softmax: (x: Tensor) => Tensor = defineOp<[x: Tensor]>({
  name: "softmax",
  accepts: [F32],
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output }) => overRows(x, output, 0),
  // The Jacobian is diag(y) − y yᵀ, so dx = y ⊙ (dy − Σ dy ⊙ y).
  backward: ({ output: y, grad: dy }) => [() => mul(y, sub(dy, sumLast(mul(dy, y))))],
});

/**
 * Logarithm of softmax along the last axis, `xᵢ − log Σⱼ exp(xⱼ)`, without underflow of small probabilities.
 *
 * Shapes: x (…, n) → (…, n)
 *
 * @throws ShapeError when x is a single number
 * @example
 * await logSoftmax(tensor([0, 0])).toArray(); // [-0.6931472, -0.6931472]
 */
export const logSoftmax: (x: Tensor) => Tensor = defineOp<[x: Tensor]>({
  name: "logSoftmax",
  accepts: [F32],
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output }) => overRows(x, output, 1),
  backward: ({ output: y, grad: dy }) => [() => sub(dy, mul(exp(y), sumLast(dy)))],
});
