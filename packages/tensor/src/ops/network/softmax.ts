import { kernels } from "@weft/kernels";
import { checkTensor } from "../../checks/checkTensor.js";
import { computeOf, elementOf } from "../../dtype.js";
import { launch } from "../../launch.js";
import { defineOp } from "../../op.js";
import { frontAxis } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul, sub } from "../elementwise/arithmetic.js";
import { exp } from "../elementwise/powers.js";
import { sum } from "../reduce/sum.js";
import { rowsAlong, rowWorkgroup } from "./rows.js";

/** Encodes softmax.wgsl over the rows along an axis. */
function overRows(x: Tensor, output: Tensor, axis: number, LOG: 0 | 1): void {
  const along = rowsAlong(x.shape, axis);
  // Rows without elements need no work.
  const rows = x.size === 0 ? 0 : along.rows;
  const knobs = { WORKGROUP: rowWorkgroup(along.cols), LOG };
  const types = { Element: elementOf(x.dtype), Compute: computeOf(x.dtype) };
  launch(kernels.softmax, { x, out: output }, along, { rows, knobs: { ...knobs, ...types } });
}

/** The sum along the axis; that of a single number is itself. */
const total = (x: Tensor, axis: number): Tensor => (x.rank === 0 ? x : sum(x, { axis, keepDim: true }));

/** The axis counted from the front; a single number is a row of its own, as in PyTorch. */
function rowAxis(op: string, x: Tensor, axis: number): number {
  checkTensor(op, x);
  return frontAxis(op, axis, Math.max(x.rank, 1));
}

interface Along {
  readonly axis: number;
}

const softmaxOp = defineOp<[x: Tensor], Along>({
  name: "softmax",
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output, attributes: { axis } }) => overRows(x, output, axis, 0),
  // The Jacobian is diag(y) − y yᵀ, so dx = y ⊙ (dy − Σ dy ⊙ y).
  backward: ({ output: y, attributes: { axis }, grad: dy }) => [
    () => mul(y, sub(dy, total(mul(dy, y), axis))),
  ],
});

const logSoftmaxOp = defineOp<[x: Tensor], Along>({
  name: "logSoftmax",
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output, attributes: { axis } }) => overRows(x, output, axis, 1),
  backward: ({ output: y, attributes: { axis }, grad: dy }) => [() => sub(dy, mul(exp(y), total(dy, axis)))],
});

/**
 * Turns scores into probabilities along an axis, the last one unless told otherwise: `softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)`.
 * A score of −∞ has probability 0; a row with NaN, with +∞, or of −∞ alone is NaN, as in PyTorch.
 *
 * Shapes: any → the same
 *
 * @throws ShapeError when there is no such axis
 * @example
 * await softmax(tensor([0, 0])).toArray(); // [0.5, 0.5]
 * await softmax(tensor([[0, 2], [0, 2]]), 0).toArray(); // [[0.5, 0.5], [0.5, 0.5]]
 */
export const softmax = (x: Tensor, axis = -1): Tensor => softmaxOp(x, { axis: rowAxis("softmax", x, axis) });

/**
 * Logarithm of softmax along an axis, `xᵢ − log Σⱼ exp(xⱼ)`, without underflow of small probabilities.
 * NaN and infinity as in `softmax`.
 *
 * Shapes: any → the same
 *
 * @throws ShapeError when there is no such axis
 * @example
 * await logSoftmax(tensor([0, 0])).toArray(); // [-0.6931472, -0.6931472]
 */
export const logSoftmax = (x: Tensor, axis = -1): Tensor =>
  logSoftmaxOp(x, { axis: rowAxis("logSoftmax", x, axis) });
