import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { type Array64, build, get } from "../array.js";
import { ANY, type Case, EXACT, makeCase, type Row } from "../case.js";
import * as reference from "../reference/sort.js";
import { type Sample, sample } from "../sample.js";

type Use = readonly [axis: number, x: Sample];

const USES: readonly Use[] = [
  [-1, sample([7])],
  [-1, sample([1])],
  [-1, sample([0])],
  [-1, sample([3, 5])],
  [0, sample([5, 3])],
  [1, sample([2, 6, 3])],
  [-2, sample([2, 6, 3])],
  [-1, sample([5, 4], { lie: "transposed" })],
  [0, sample([5, 4], { lie: "sliced" })],
  [1, sample([3, 8], { lie: "expanded" })],
  [3, sample([2, 1, 2, 3, 1, 2, 1, 2])],
  [1, sample([3, 0])],
  [0, sample([0, 3])],
];
/** Rows that take a tile, almost two, and several; many rows that share a tile. */
const LONG: readonly Use[] = [[1024], [2, 1025], [5000], [700, 3]].map((shape) => [-1, sample(shape)]);
/** Few different numbers: equal ones must keep their order. */
const TIES: Use = [-1, sample([4, 40], { low: 0, high: 3, dtype: "i32" })];
const INF = Number.POSITIVE_INFINITY;
const STRANGE: Use = [
  -1,
  sample([13], { values: [1, NaN, -0, INF, 0, -INF, -1, NaN, 1e-40, -1e-40, -0, 3e38, 0] }),
];
const BIG: readonly Use[] = [
  [-1, sample([5], { dtype: "i32", values: [2 ** 31 - 1, -(2 ** 31), 0, -1, 1] })],
  [-1, sample([4], { dtype: "u32", values: [2 ** 32 - 1, 2 ** 31, 0, 2 ** 31 - 1] })],
];
const EXACT_ONLY = [...LONG, TIES, STRANGE, ...BIG];

const front = (axis: number, { array }: Sample): number => (axis < 0 ? axis + array.shape.length : axis);

/** Every use rising and falling. */
const ways = (uses: readonly Use[], make: (use: Use, descending: boolean) => Case): Case[] =>
  uses.flatMap((use) => [false, true].map((descending) => make(use, descending)));

const label = (axis: number, descending: boolean): string =>
  `axis ${axis}${descending ? ", descending" : ""}`;

const argsortRow: Row = {
  name: "argsort",
  dtypes: ANY,
  result: () => "i32",
  tolerance: EXACT,
  cases: [
    ...ways([...USES, ...EXACT_ONLY], ([axis, x], descending) =>
      makeCase(
        [x],
        (x) => weft.argsort(x as Tensor, { axis, descending }),
        reference.argsort(front(axis, x), descending) as Case["reference"],
        { label: label(axis, descending), gradient: false },
      ),
    ),
    makeCase(
      [sample([])],
      (x) => weft.argsort(x as Tensor),
      () => build([], () => 0),
      { gradient: false },
    ),
  ],
};

const sortRow: Row = {
  name: "sort",
  dtypes: ANY,
  tolerance: EXACT,
  cases: [
    ...ways(USES, ([axis, x], descending) =>
      makeCase(
        [x],
        (x) => weft.sort(x as Tensor, { axis, descending }).values,
        reference.sorted(front(axis, x), descending) as Case["reference"],
        { label: label(axis, descending) },
      ),
    ),
    ...ways(EXACT_ONLY, ([axis, x], descending) => {
      const at = front(axis, x);
      return makeCase(
        [x],
        (x) => {
          const { values, indices } = weft.sort(x as Tensor, { axis, descending });
          return [values, indices];
        },
        (x) =>
          [reference.sorted(at, descending), reference.argsort(at, descending)].map((f) => f(x as Array64)),
        { label: label(axis, descending), gradient: false, typed: false },
      );
    }),
    makeCase(
      [sample([])],
      (x) => weft.sort(x as Tensor).values,
      (x) => x as Array64,
    ),
  ],
};

const topKRow: Row = {
  name: "topK",
  dtypes: ANY,
  tolerance: EXACT,
  cases: [
    ...ways(USES, ([axis, x], largest) => {
      const at = front(axis, x);
      const k = Math.min(2, x.array.shape[at] as number);
      return makeCase(
        [x],
        (x) => weft.topK(x as Tensor, k, { axis, largest }).values,
        (x) => reference.first(at, k)(reference.sorted(at, largest)(x as Array64)),
        { label: `${k} ${largest ? "largest" : "smallest"} on axis ${axis}` },
      );
    }),
    ...ways(EXACT_ONLY, ([axis, x], largest) =>
      makeCase(
        [x],
        (x) => weft.topK(x as Tensor, 3, { largest }).indices,
        (y) => reference.first(front(axis, x), 3)(reference.argsort(front(axis, x), largest)(y as Array64)),
        { label: `3 ${largest ? "largest" : "smallest"}`, gradient: false, typed: false },
      ),
    ),
    makeCase(
      [sample([])],
      (x) => weft.topK(x as Tensor, 1).values,
      (x) => x as Array64,
    ),
  ],
};

const rising = (shape: readonly number[], options: Parameters<typeof sample>[1] = {}): Sample => {
  const { array, ...rest } = sample(shape, { low: 0, high: 3, ...options });
  return { array: reference.sorted(shape.length - 1)(array), ...rest };
};

const SEARCHES: readonly (readonly [sorted: Sample, values: Sample])[] = [
  [rising([5]), sample([7], { seed: 3 })],
  [rising([5]), sample([])],
  [rising([0]), sample([3])],
  [rising([5]), sample([0])],
  [rising([300]), sample([4, 5], { seed: 3, lie: "transposed" })],
  [rising([3, 9]), sample([3, 4], { seed: 3 })],
  [rising([2, 3, 6]), sample([2, 3, 4], { seed: 3 })],
  [rising([3, 4], { lie: "sliced" }), sample([3, 4], { seed: 3, lie: "sliced" })],
  [rising([40], { low: 0, high: 9, dtype: "i32" }), sample([5, 9], { low: -1, high: 11, dtype: "i32" })],
  [
    sample([7], { values: [-INF, -1, -0, 0, 2, INF, NaN] }),
    sample([8], { values: [NaN, INF, -INF, 0, -0, 1, 1e-40, -2] }),
  ],
];

const searchSortedRow: Row = {
  name: "searchSorted",
  dtypes: ANY,
  result: () => "i32",
  tolerance: EXACT,
  cases: SEARCHES.flatMap((inputs) =>
    [false, true].map((right) =>
      makeCase(
        inputs,
        (sorted, values) => weft.searchSorted(sorted as Tensor, values as Tensor, { right }),
        reference.searchSorted(right) as Case["reference"],
        { label: right ? "right" : "left", gradient: false },
      ),
    ),
  ),
};

const oneHotRow: Row = {
  name: "oneHot",
  dtypes: ["i32"],
  tolerance: EXACT,
  cases: [
    ...[sample([4], { dtype: "i32", low: 0, high: 5 }), sample([2, 3], { dtype: "i32", low: 0, high: 5 })],
    ...[sample([], { dtype: "i32", low: 0, high: 5 }), sample([0], { dtype: "i32" })],
    sample([3, 4], { dtype: "i32", low: 0, high: 5, lie: "transposed" }),
    sample([4], { dtype: "i32", values: [-1, 5, 0, 4] }),
  ].flatMap((ids) =>
    [5, 0].map((classes) =>
      makeCase(
        [ids],
        (x) => weft.oneHot(x as Tensor, classes),
        (x) =>
          build([...(x as Array64).shape, classes], (i) =>
            Number(get(x as Array64, i.slice(0, -1)) === i.at(-1)),
          ),
        { label: `${classes} classes` },
      ),
    ),
  ),
};

export const sortRows: readonly Row[] = [argsortRow, sortRow, topKRow, searchSortedRow, oneHotRow];
