import { flip, repeat, roll, tile } from "@weft/tensor";
import { type Array64, build, get, reshaped } from "../array.js";
import type { Row } from "../case.js";
import { type Sample, sample } from "../sample.js";
import { layoutRow, type Use } from "./layout.js";

const cube = sample([2, 3, 4]);
const lies = (["transposed", "sliced", "expanded"] as const).map((lie) => sample([3, 4], { lie }));
const eight = sample([1, 2, 1, 3, 1, 2, 1, 2]);
const empty = sample([0, 3]);
const special = sample([3], { values: [Number.NaN, Number.NEGATIVE_INFINITY, -0] });

/** An array whose axes (counted from the front) are read backwards. */
const flipped =
  (...axes: number[]) =>
  (x: Array64): Array64 =>
    build(x.shape, (index) =>
      get(
        x,
        index.map((i, axis) => (axes.includes(axis) ? (x.shape[axis] as number) - 1 - i : i)),
      ),
    );

/** An array moved by shifts[axis]. */
const moved =
  (shifts: readonly number[]) =>
  (x: Array64): Array64 =>
    build(x.shape, (index) =>
      get(
        x,
        index.map((i, axis) => {
          const n = x.shape[axis] as number;
          return (((i - (shifts[axis] as number)) % n) + n) % n;
        }),
      ),
    );

/** Copies side by side. */
const copies =
  (times: readonly number[]) =>
  (x: Array64): Array64 => {
    const shape = [...new Array<number>(times.length - x.shape.length).fill(1), ...x.shape];
    return build(
      shape.map((n, axis) => n * (times[axis] as number)),
      (index) =>
        get(
          reshaped(x, shape),
          index.map((i, axis) => i % (shape[axis] as number)),
        ),
    );
  };

const repeated = (input: Sample, times: readonly number[]): Use => [
  [input],
  (x) => repeat(x, times),
  copies(times),
];

export const rearrangedRows: readonly Row[] = [
  layoutRow(
    "flip",
    [[cube], (x) => flip(x, 1), flipped(1)],
    [[cube], (x) => flip(x, [0, -1]), flipped(0, 2)],
    [[cube], (x) => flip(x, []), (x) => x],
    ...lies.map((input): Use => [[input], (x) => flip(x, [1, 0]), flipped(0, 1)]),
    [[empty], (x) => flip(x, [0, 1]), (x) => x],
    [[sample([])], (x) => flip(x, []), (x) => x],
    [[eight], (x) => flip(x, [1, 3, 5, 7]), flipped(1, 3, 5, 7)],
    [[special], (x) => flip(x, 0), flipped(0), { gradient: false }],
    [[sample([3, 500])], (x) => flip(x, [0, 1]), flipped(0, 1)],
  ),
  layoutRow(
    "roll",
    [[sample([5])], (x) => roll(x, 2), moved([2])],
    [[sample([5])], (x) => roll(x, -7, 0), moved([-7])],
    [[sample([5])], (x) => roll(x, 5, -1), (x) => x],
    [[cube], (x) => roll(x, 5), (x) => reshaped(moved([5])(reshaped(x, [24])), [2, 3, 4])],
    [[cube], (x) => roll(x, [1, -1], [0, -1]), moved([1, 0, -1])],
    [[cube], (x) => roll(x, [1, 1], [1, 1]), moved([0, 2, 0])],
    ...lies.map((input): Use => [[input], (x) => roll(x, [1, 2], [0, 1]), moved([1, 2])]),
    [[empty], (x) => roll(x, 1, 0), (x) => x],
    [[sample([])], (x) => roll(x, 3), (x) => x],
    [[eight], (x) => roll(x, 1, 3), moved([0, 0, 0, 1, 0, 0, 0, 0])],
    [[special], (x) => roll(x, 1), moved([1]), { gradient: false }],
  ),
  layoutRow(
    "repeat",
    repeated(sample([2]), [3]),
    repeated(sample([2, 3]), [2, 2]),
    repeated(sample([2, 3]), [2, 1, 3]),
    repeated(sample([2, 3]), [1, 1]),
    repeated(sample([2, 3]), [0, 2]),
    repeated(sample([2, 1]), [1, 4]),
    ...lies.map((input) => repeated(input, [2, 1, 2])),
    repeated(empty, [2, 2]),
    repeated(sample([]), []),
    repeated(sample([]), [2, 2]),
    repeated(eight, [1, 2, 2, 1, 1, 1, 2, 1]),
  ),
  layoutRow(
    "tile",
    [[sample([2])], (x) => tile(x, [2, 2]), copies([2, 2])],
    [[sample([2, 3])], (x) => tile(x, [2]), copies([1, 2])],
    [[sample([2, 3])], (x) => tile(x, []), (x) => x],
    ...lies.map((input): Use => [[input], (x) => tile(x, [2, 1]), copies([2, 1])]),
    [[sample([])], (x) => tile(x, [3]), copies([3])],
    [[empty], (x) => tile(x, [2]), copies([1, 2])],
  ),
];
