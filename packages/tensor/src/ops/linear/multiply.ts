// How matrix products are encoded: which kernel, with which knobs, in how many dispatches.
import { kernels } from "@weft/kernels";
import { computeOf, elementOf } from "../../dtype.js";
import { MOST_WORK, type Workgroups } from "../../gpu/queue.js";
import { type LaunchOptions, launch, MAX_WORKGROUPS, strided } from "../../launch.js";
import { at, stretch } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

/** Rows of out that one invocation of the matmul kernels computes. */
const ROWS = 8;
/** Columns of out that one invocation of the matmul and convolution kernels computes. */
export const COLUMNS = 4;

/** Where a dispatch begins, and what all dispatches of a product share. */
type Shared = Readonly<
  Record<"M" | "N" | "K" | "cOffset" | "cRow" | "cCol" | "firstTile" | "firstBatch", number>
>;

type Options = Pick<LaunchOptions<typeof kernels.matmul>, "knobs" | "work"> & {
  readonly workgroups: Workgroups;
};

/** How one kernel computes a product, in tiles of ROWS by COLUMNS · WORKGROUP. */
interface Plan {
  readonly WORKGROUP: number;
  readonly encode: (params: Shared, options: Options) => void;
}

/**
 * Encodes out = a · b (+ c) for matrices, or for stacks of equally many; every operand is read through its strides.
 * Products too tall or too heavy, and stacks too long, for one dispatch take several.
 */
export function multiply(a: Tensor, b: Tensor, out: Tensor, c?: Tensor): void {
  const [M, N, K] = [end(out.shape, 2), end(out.shape, 1), end(a.shape, 1)];
  const { WORKGROUP, encode } = subgroupPlan(a, b, out, c) ?? plainPlan(a, b, out, c);
  const [cRow = 0, cCol = 0] = c === undefined ? [] : stretch(c.shape, c.strides, out.shape);
  const types = { Element: elementOf(out.dtype), Compute: computeOf(out.dtype) };
  const knobs = { ...types, WORKGROUP, BIAS: c === undefined ? 0 : 1 };
  const across = Math.ceil(N / (COLUMNS * WORKGROUP));
  for (const { first, extent, work } of dispatches(
    Math.ceil(M / ROWS),
    out.shape.at(-3) ?? 1,
    ROWS * N * K,
  )) {
    const params = { M, N, K, cOffset: c?.offset ?? 0, cRow, cCol, ...first };
    encode(params, { knobs, workgroups: [across, ...extent], work });
  }
}

/** The kernel for adapters with subgroups, where b can be read four numbers at a time; else undefined. */
function subgroupPlan(a: Tensor, b: Tensor, out: Tensor, c?: Tensor): Plan | undefined {
  const [{ subgroups }, aFours, wFours] = [a.device, inFours(a), inFours(b)];
  if (subgroups === undefined || wFours === undefined) return undefined;
  const strides = {
    ...aStrides(aFours ?? stridesOf(a)),
    ...{ wOffset: wFours.offset, wBatch: wFours.batch, wStride: wFours.row + wFours.column },
  };
  const layout = {
    A_ALONG_K: aFours?.along === "row" ? 1 : 0,
    A_ALONG_M: aFours?.along === "column" ? 1 : 0,
    W_ALONG_K: wFours.along === "column" ? 1 : 0,
  };
  const bindings = { a: strided(a), aNumbers: strided(a), w: strided(b), c: strided(c ?? a), out };
  return {
    WORKGROUP: lanesFor(end(out.shape, 1), subgroups.WORKGROUP),
    encode(params, { knobs, ...options }) {
      const all = { ...subgroups, ...layout, ...knobs };
      launch(kernels.matmulSubgroup, bindings, { ...strides, ...params }, { knobs: all, ...options });
    },
  };
}

/** The kernel for all adapters, which reads through any strides. */
function plainPlan(a: Tensor, b: Tensor, out: Tensor, c?: Tensor): Plan {
  const N = end(out.shape, 1);
  const to = stridesOf(b);
  const strides = {
    ...aStrides(stridesOf(a)),
    ...{ wOffset: to.offset, wBatch: to.batch, wRow: to.row, wCol: to.column },
  };
  const bindings = { a: strided(a), w: strided(b), c: strided(c ?? a), out };
  return {
    WORKGROUP: lanesFor(N, N > 2 * COLUMNS * 16 ? 32 : 16),
    encode: (params, options) => launch(kernels.matmul, bindings, { ...strides, ...params }, options),
  };
}

/** Cuts tiles × stack workgroups in pieces that one dispatch may have; each tile takes so many multiply-adds. */
export function* dispatches(tiles: number, stack: number, ofTile: number) {
  const most = (work: number) =>
    Math.min(Math.max(Math.floor(MOST_WORK / Math.max(work, 1)), 1), MAX_WORKGROUPS);
  const mostTiles = Math.min(most(ofTile), tiles);
  const mostBatches = most(ofTile * mostTiles);
  for (let firstBatch = 0; firstBatch < stack; firstBatch += mostBatches) {
    for (let firstTile = 0; firstTile < tiles; firstTile += mostTiles) {
      const extent = [
        Math.min(tiles - firstTile, mostTiles),
        Math.min(stack - firstBatch, mostBatches),
      ] as const;
      yield { first: { firstTile, firstBatch }, extent, work: ofTile * extent[0] * extent[1] };
    }
  }
}

/** Lanes of a workgroup: the given number, or the most there may be where so many columns need it. */
export const lanesFor = (columns: number, lanes: number): number =>
  columns > MAX_WORKGROUPS * COLUMNS * lanes ? 256 : lanes;

/** Where the numbers of matrices lie. */
interface Strides {
  readonly offset: number;
  readonly batch: number;
  readonly row: number;
  readonly column: number;
}

const stridesOf = ({ strides, offset }: Tensor): Strides => ({
  ...{ offset, batch: strides.at(-3) ?? 0, row: end(strides, 2), column: end(strides, 1) },
});

const aStrides = ({ offset, batch, row, column }: Strides) => ({
  ...{ aOffset: offset, aBatch: batch, aRow: row, aCol: column },
});

/**
 * Where matrices lie that can be read four numbers at a time, along a row or, as transposed views, along a column; in fours,
 * 0 for the axis that is contiguous. Undefined where lengths, strides or offset forbid it.
 */
function inFours(matrix: Tensor): (Strides & { readonly along: "row" | "column" }) | undefined {
  const { offset, batch, row, column } = stridesOf(matrix);
  const along = row === 1 && column !== 1 ? "column" : "row";
  const [length, step] = along === "row" ? [end(matrix.shape, 1), column] : [end(matrix.shape, 2), row];
  const others = along === "row" ? { row, column: 0 } : { row: 0, column };
  const counts = { offset, batch, ...others };
  if (step !== 1 || length === 0 || [length, ...Object.values(counts)].some((n) => n % 4 !== 0))
    return undefined;
  return { along, offset: offset / 4, batch: batch / 4, row: others.row / 4, column: others.column / 4 };
}

/** The value that is `n` places before the end. */
export const end = (values: readonly number[], n: number): number => at(values, values.length - n);
