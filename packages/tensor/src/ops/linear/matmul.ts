import { kernels } from "@weft/kernels";
import { ShapeError } from "../../errors.js";
import { launch, MAX_WORKGROUPS, strided } from "../../launch.js";
import { checkInputs, defineOp, F32 } from "../../op.js";
import { at, broadcast, sameShape, show, sizeOf, stretch } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { expand, reshape, squeeze, transpose, unsqueeze } from "../layout/layout.js";

/** Rows and columns of out that one invocation of either matmul kernel computes. */
const ROWS = 8;
const COLUMNS = 4;

/**
 * Encodes out = a · b (+ c) for matrices, or for stacks of equally many; every operand is read through its strides.
 * Products too tall, and stacks too long, for one dispatch take several.
 */
function multiply(a: Tensor, b: Tensor, out: Tensor, c?: Tensor): void {
  const tiles = Math.ceil(end(out.shape, 2) / ROWS);
  const stack = out.shape.at(-3) ?? 1;
  for (let firstBatch = 0; firstBatch < stack; firstBatch += MAX_WORKGROUPS) {
    for (let firstTile = 0; firstTile < tiles; firstTile += MAX_WORKGROUPS) {
      const extent = [
        Math.min(tiles - firstTile, MAX_WORKGROUPS),
        Math.min(stack - firstBatch, MAX_WORKGROUPS),
      ] as const;
      multiplyPart(a, b, out, c, { firstTile, firstBatch }, extent);
    }
  }
}

function multiplyPart(
  a: Tensor,
  b: Tensor,
  out: Tensor,
  c: Tensor | undefined,
  first: { readonly firstTile: number; readonly firstBatch: number },
  [tiles, stack]: readonly [tiles: number, stack: number],
): void {
  const [M, N, K] = [end(out.shape, 2), end(out.shape, 1), end(a.shape, 1)];
  const [cRow = 0, cCol = 0] = c === undefined ? [] : stretch(c.shape, c.strides, out.shape);
  const bindings = { a: strided(a), w: strided(b), c: strided(c ?? a), out };
  const shared = { M, N, K, cOffset: c?.offset ?? 0, cRow, cCol, ...first };
  const BIAS = c === undefined ? 0 : 1;
  const workgroups = (lanes: number) => [Math.ceil(N / (COLUMNS * lanes)), tiles, stack] as const;

  const { subgroups } = a.device;
  const [aFours, wFours] = [inFours(a), inFours(b)];
  if (subgroups !== undefined && aFours !== undefined && wFours !== undefined && K % 4 === 0) {
    const WORKGROUP = lanesFor(N, Math.max(8, Math.min(subgroups.max, 64)));
    const params = {
      ...shared,
      ...{ aOffset: aFours.offset, aBatch: aFours.batch, aStride: aFours.stride },
      ...{ wOffset: wFours.offset, wBatch: wFours.batch, wStride: wFours.stride },
    };
    const knobs = {
      ...{ WORKGROUP, BIAS, NARROW: subgroups.min < 8 ? 1 : 0 },
      ...{ A_ALONG_M: aFours.alongRows ? 1 : 0, W_ALONG_K: wFours.alongRows ? 1 : 0 },
    };
    launch(kernels.matmulSubgroup, bindings, params, { workgroups: workgroups(WORKGROUP), knobs });
    return;
  }
  const WORKGROUP = lanesFor(N, N > 2 * COLUMNS * 16 ? 32 : 16);
  const params = {
    ...shared,
    ...{ aOffset: a.offset, aBatch: a.strides.at(-3) ?? 0, aRow: end(a.strides, 2), aCol: end(a.strides, 1) },
    ...{ wOffset: b.offset, wBatch: b.strides.at(-3) ?? 0, wRow: end(b.strides, 2), wCol: end(b.strides, 1) },
  };
  launch(kernels.matmul, bindings, params, { workgroups: workgroups(WORKGROUP), knobs: { WORKGROUP, BIAS } });
}

/** Lanes of a workgroup: the given number, or the most there may be where so many columns need it. */
const lanesFor = (columns: number, lanes: number): number =>
  columns > MAX_WORKGROUPS * COLUMNS * lanes ? 256 : lanes;

/**
 * How matrices are read four numbers at a time, in units of four: along their rows (transposed views) or columns.
 * Undefined where lengths, strides or offset forbid it.
 */
function inFours({ shape, strides, offset }: Tensor) {
  const alongRows = end(strides, 2) === 1 && end(strides, 1) !== 1;
  const [length, step] = alongRows ? [end(shape, 2), end(strides, 2)] : [end(shape, 1), end(strides, 1)];
  const stride = alongRows ? end(strides, 1) : end(strides, 2);
  const batch = strides.at(-3) ?? 0;
  if (step !== 1 || [length, stride, batch, offset].some((n) => n % 4 !== 0) || length === 0)
    return undefined;
  return { alongRows, stride: stride / 4, batch: batch / 4, offset: offset / 4 };
}

/** The value that is `n` places before the end. */
const end = (values: readonly number[], n: number): number => at(values, values.length - n);

function checkInner(op: string, a: Tensor, b: Tensor): void {
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
const matmulOp: (a: Tensor, b: Tensor) => Tensor = defineOp<[a: Tensor, b: Tensor]>({
  name: "matmul",
  accepts: [F32],
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
 * on the right, and its axis vanishes from the result, as in PyTorch.
 *
 * @throws ShapeError when the inner sizes differ or an operand is a single number
 * @example
 * await matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray(); // [[11]]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError(
      `matmul: operands are ${show(a.shape)} and ${show(b.shape)}; use mul() with a single number.`,
    );
  }
  if (a.rank === 1) return squeeze(matmul(unsqueeze(a, 0), b), b.rank === 1 ? -1 : -2);
  if (b.rank === 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
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

const addmmOp = defineOp<[c: Tensor, a: Tensor, b: Tensor]>({
  name: "addmm",
  accepts: [F32],
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
 * @example
 * await addmm(tensor([1, 1]), tensor([[1, 2]]), tensor([[3, 0], [0, 4]])).toArray(); // [[4, 9]]
 */
export function addmm(c: Tensor, a: Tensor, b: Tensor): Tensor {
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

/**
 * Linear map of the last axis, `x · weightᵀ + bias`, with PyTorch's layout of the weight.
 *
 * Shapes: x (…, in), weight (out, in), bias (out) → (…, out)
 *
 * @throws ShapeError when the last axis of x is not `in`
 * @example
 * await linear(tensor([1, 2]), tensor([[3, 4]]), tensor([5])).toArray(); // [16]
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  checkInputs("linear", bias === undefined ? [x, weight] : [x, weight, bias], [F32]);
  if (weight.rank !== 2) {
    throw new ShapeError(`linear: weight must be (out, in), got ${show(weight.shape)}.`);
  }
  const [features, expected] = [x.shape.at(-1), end(weight.shape, 1)];
  if (features !== expected) {
    throw new ShapeError(
      `linear: weight ${show(weight.shape)} expects ${expected} features on the last axis, got ${show(x.shape)}.`,
    );
  }
  const rows = x.rank === 2 ? x : reshape(x, [sizeOf(x.shape.slice(0, -1)), expected]);
  const columns = transpose(weight);
  const out = bias === undefined ? matmulOp(rows, columns) : addmm(bias, rows, columns);
  return reshape(out, [...x.shape.slice(0, -1), end(weight.shape, 2)]);
}
