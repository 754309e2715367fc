// How matrix products are encoded: which kernel, with which knobs, in how many dispatches.
import { type Kernel, kernels } from "@weft/kernels";
import { computeOf, elementOf } from "../../dtype.js";
import { launch, MAX_WORKGROUPS, strided } from "../../launch.js";
import { at, stretch } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

/** Columns of out that one invocation of the matmul and convolution kernels computes. */
export const COLUMNS = 4;

/** How a product is run, whatever its size: the kernel, the rows of one invocation, and where it reads the operands. */
interface Plan {
  readonly kernel: Kernel;
  readonly rows: number;
  readonly WORKGROUP: number;
  readonly knobs: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, number>>;
}

/**
 * Encodes out = a · b (+ c) for matrices, or for stacks of equally many; every operand is read through its strides.
 * Products too tall, and stacks too long, for one dispatch take several.
 */
export function multiply(a: Tensor, b: Tensor, out: Tensor, c?: Tensor): void {
  const [M, N, K] = [end(out.shape, 2), end(out.shape, 1), end(a.shape, 1)];
  const { kernel, rows, WORKGROUP, ...plan } = planInFours(a, b, out) ?? planOfAny(a, b, out);
  const [cRow = 0, cCol = 0] = c === undefined ? [] : stretch(c.shape, c.strides, out.shape);
  const bindings = { a: strided(a), w: strided(b), c: strided(c ?? a), out };
  const params = { ...plan.params, M, N, K, cOffset: c?.offset ?? 0, cRow, cCol };
  const types = { Element: elementOf(out.dtype), Compute: computeOf(out.dtype) };
  const knobs = { ...plan.knobs, ...types, WORKGROUP, BIAS: c === undefined ? 0 : 1 };
  const across = Math.ceil(N / (COLUMNS * WORKGROUP));
  for (const { first, extent } of dispatches(Math.ceil(M / rows), out.shape.at(-3) ?? 1)) {
    launch(kernel, bindings, { ...params, ...first }, { knobs, workgroups: [across, ...extent] });
  }
}

/** The kernel for operands that can be read four numbers at a time; undefined where they or the adapter cannot. */
function planInFours(a: Tensor, b: Tensor, out: Tensor): Plan | undefined {
  const [{ subgroups, info }, aFours, wFours] = [a.device, inFours(a), inFours(b)];
  const [M, K] = [end(out.shape, 2), end(a.shape, 1)];
  if (subgroups === undefined || aFours === undefined || wFours === undefined || K % 4 !== 0)
    return undefined;
  // A load costs a software adapter more than a number kept in memory, as long as there are sums enough to earn the
  // longer program its start; GPUs with few registers would rather have more threads.
  const rows = info.isFallback && M >= 128 && K >= 128 ? 16 : 8;
  return {
    kernel: kernels.matmulSubgroup,
    rows,
    WORKGROUP: lanesFor(end(out.shape, 1), Math.max(8, Math.min(subgroups.max, 64))),
    knobs: {
      ...{ A_ALONG_M: aFours.alongRows ? 1 : 0, W_ALONG_K: wFours.alongRows ? 1 : 0 },
      ...{ NARROW: subgroups.min < 8 ? 1 : 0, ROWS: rows },
    },
    params: {
      ...{ aOffset: aFours.offset, aBatch: aFours.batch, aStride: aFours.stride },
      ...{ wOffset: wFours.offset, wBatch: wFours.batch, wStride: wFours.stride },
    },
  };
}

/** The kernel that reads through any strides. */
function planOfAny(a: Tensor, b: Tensor, out: Tensor): Plan {
  const N = end(out.shape, 1);
  return {
    kernel: kernels.matmul,
    rows: 8,
    WORKGROUP: lanesFor(N, N > 2 * COLUMNS * 16 ? 32 : 16),
    knobs: {},
    params: {
      ...{
        aOffset: a.offset,
        aBatch: a.strides.at(-3) ?? 0,
        aRow: end(a.strides, 2),
        aCol: end(a.strides, 1),
      },
      ...{
        wOffset: b.offset,
        wBatch: b.strides.at(-3) ?? 0,
        wRow: end(b.strides, 2),
        wCol: end(b.strides, 1),
      },
    },
  };
}

/** Cuts tiles × stack workgroups in pieces that one dispatch may have. */
export function* dispatches(tiles: number, stack: number) {
  for (let firstBatch = 0; firstBatch < stack; firstBatch += MAX_WORKGROUPS) {
    for (let firstTile = 0; firstTile < tiles; firstTile += MAX_WORKGROUPS) {
      const extent = [tiles - firstTile, stack - firstBatch].map((n) => Math.min(n, MAX_WORKGROUPS));
      yield { first: { firstTile, firstBatch }, extent: extent as [tiles: number, stack: number] };
    }
  }
}

/** Lanes of a workgroup: the given number, or the most there may be where so many columns need it. */
export const lanesFor = (columns: number, lanes: number): number =>
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
export const end = (values: readonly number[], n: number): number => at(values, values.length - n);
