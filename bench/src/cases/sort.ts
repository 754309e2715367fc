import { kernels } from "@weft/kernels";
import { full, launch, tensor, zeros } from "@weft/tensor";
import { type Case, kernelCase } from "../case.js";
import { numbers } from "../data.js";

const ROWS = 256;
const LENGTH = 1024;
const unsorted = numbers(ROWS * LENGTH, { seed: 4 });

/** Numbers 0, 1, … of a row, by the elements they stand for. */
const placesOf = (row: Float32Array): number[] =>
  Array.from(row, (_, i) => i).sort((a, b) => (row[a] as number) - (row[b] as number) || a - b);
const rowOf = (r: number) => unsorted.subarray(r * LENGTH, (r + 1) * LENGTH);

const ascending = Float32Array.from(rowOf(0)).sort();
/** How many of the ascending numbers are below v. */
const countBelow = (v: number): number => {
  const first = ascending.findIndex((s) => s >= v);
  return first < 0 ? LENGTH : first;
};

/** Pairs (key, place) with keys that fall: every comparison of the only step exchanges. */
const falling = Uint32Array.from({ length: 2 * ROWS * LENGTH }, (_, i) => ROWS * LENGTH - 1 - (i >> 1));

export const sorting: readonly Case[] = [
  kernelCase({
    ...{ kernel: "sortTile", size: `${ROWS}×${LENGTH}`, work: { bytes: 8 * ROWS * LENGTH } },
    tensors: () => ({
      x: tensor(unsorted),
      pairs: zeros([1, 2], { dtype: "u32" }),
      out: full([ROWS, LENGTH], -1, { dtype: "i32" }),
    }),
    encode: (tensors) =>
      launch(
        kernels.sortTile,
        tensors,
        { length: LENGTH, padded: LENGTH, stage: LENGTH, size: ROWS * LENGTH },
        { rows: ROWS },
      ),
    expected: () => ({ out: Array.from({ length: ROWS }, (_, r) => placesOf(rowOf(r))).flat() }),
  }),
  kernelCase({
    ...{ kernel: "sortStep", size: `${ROWS * LENGTH}`, work: { bytes: 16 * ROWS * LENGTH } },
    // Halves are exchanged as wholes; runs after the first find nothing to do.
    tensors: () => ({ pairs: tensor(falling) }),
    encode: ({ pairs }) =>
      launch(
        kernels.sortStep,
        { pairs },
        { padded: ROWS * LENGTH, stage: ROWS * LENGTH, step: (ROWS * LENGTH) / 2, size: (ROWS * LENGTH) / 2 },
        { invocations: (ROWS * LENGTH) / 2 },
      ),
    expected: () => ({ pairs: [...falling.subarray(ROWS * LENGTH), ...falling.subarray(0, ROWS * LENGTH)] }),
  }),
  kernelCase({
    ...{ kernel: "searchSorted", size: `${ROWS * LENGTH} in ${LENGTH}`, work: { bytes: 8 * ROWS * LENGTH } },
    tensors: () => ({
      sorted: tensor(ascending),
      values: tensor(unsorted),
      out: full([ROWS * LENGTH], -1, { dtype: "i32" }),
    }),
    encode: (tensors) =>
      launch(
        kernels.searchSorted,
        tensors,
        { length: LENGTH, count: 1, size: ROWS * LENGTH },
        { invocations: ROWS * LENGTH },
      ),
    expected: () => ({ out: Array.from(unsorted, (v) => countBelow(v)) }),
  }),
];
