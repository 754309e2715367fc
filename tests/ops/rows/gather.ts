import * as weft from "@weft/tensor";
import { type Array64, build } from "../array.js";
import { ANY, type Case, EXACT, FLOAT, makeCase, NUMBER, ROUNDED, type Row } from "../case.js";
import * as reference from "../reference/index.js";
import { embedding } from "../reference/softmax.js";
import { type Sample, sample } from "../sample.js";

type Use = readonly [axis: number, x: Sample, index: Sample];

/** Whole numbers below `high`, some of them more than once. */
const ids = (shape: readonly number[], high: number, lie: Sample["lie"] = "plain"): Sample =>
  sample(shape, { dtype: "i32", low: 0, high, seed: 5, lie });
const outside = (values: readonly number[]): Sample => sample([values.length], { dtype: "i32", values });

/** x, and an index with as many axes. */
const USES: readonly Use[] = [
  [0, sample([5]), ids([7], 5)],
  [0, sample([4, 3]), ids([6, 3], 4)],
  [1, sample([4, 3]), ids([4, 9], 3)],
  [1, sample([4, 3]), ids([2, 5], 3)],
  [1, sample([3, 5, 2]), ids([2, 4, 1], 5)],
  [-1, sample([2, 3, 4]), ids([2, 3, 8], 4)],
  [1, sample([5, 4], { lie: "transposed" }), ids([5, 3], 4, "transposed")],
  [0, sample([5, 4], { lie: "sliced" }), ids([3, 4], 5, "sliced")],
  [1, sample([3, 4], { lie: "expanded" }), ids([3, 4], 4, "expanded")],
  [3, sample([2, 1, 2, 3, 1, 2, 1, 2]), ids([2, 1, 1, 5, 1, 2, 1, 2], 3)],
  [0, sample([3, 0]), ids([2, 0], 3)],
  [1, sample([2, 3]), ids([2, 0], 3)],
  [0, sample([4, 33]), ids([40, 33], 4)],
];

/** x, and an index (n). */
const LINES: readonly Use[] = [
  [0, sample([5]), ids([7], 5)],
  [0, sample([5, 6]), ids([4], 5)],
  [1, sample([5, 6]), ids([9], 6)],
  [-2, sample([2, 5, 3]), ids([4], 5)],
  [1, sample([5, 4], { lie: "transposed" }), ids([3], 4)],
  [0, sample([5, 4], { lie: "sliced" }), ids([7], 5, "sliced")],
  [1, sample([3, 4], { lie: "expanded" }), ids([6], 4, "expanded")],
  [5, sample([2, 1, 2, 3, 1, 2, 1, 2]), ids([3], 2)],
  [0, sample([3, 0]), ids([2], 3)],
  [1, sample([2, 3]), ids([0], 3)],
  [0, sample([40, 9]), ids([300], 40)],
];

const front = (axis: number, { array }: Sample): number => (axis < 0 ? axis + array.shape.length : axis);
const f2 = (f: (x: Array64, index: Array64) => Array64): Case["reference"] => f as Case["reference"];
const f3 = (f: (x: Array64, index: Array64, source: Array64) => Array64): Case["reference"] =>
  f as Case["reference"];

/** Of reading ops: a case each, and one with indices outside. */
const reading = (
  name: Row["name"],
  op: (x: weft.Tensor, axis: number, index: weft.Tensor) => weft.Tensor,
  f: (axis: number) => (x: Array64, index: Array64) => Array64,
  uses: readonly Use[],
): Row => ({
  name,
  dtypes: ANY,
  tolerance: EXACT,
  cases: [
    ...uses.map(([axis, x, index]) =>
      makeCase([x, index], (x, i) => op(x as never, axis, i as never), f2(f(front(axis, x))), {
        label: `axis ${axis}`,
      }),
    ),
    ...[sample([3]), sample([0]), sample([3], { dtype: "i32" })].map((x) =>
      makeCase([x, outside([-1, 0, 3, 2, 2147483647])], (x, i) => op(x as never, 0, i as never), f2(f(0)), {
        label: "outside",
        gradient: false,
      }),
    ),
  ],
});

/** Of writing ops: `shape` says which source goes with x and index. */
const writing = (
  name: Row["name"],
  op: (x: weft.Tensor, axis: number, index: weft.Tensor, source: weft.Tensor) => weft.Tensor,
  f: (axis: number) => (x: Array64, index: Array64, source: Array64) => Array64,
  {
    uses,
    shape,
    ...row
  }: {
    readonly uses: readonly Use[];
    readonly shape: (x: Sample, index: Sample, axis: number) => readonly number[];
    readonly tolerance: number;
    readonly dtypes: Row["dtypes"];
  },
): Row => ({
  name,
  ...row,
  cases: [
    ...uses.map(([axis, x, index]) => {
      const own = shape(x, index, front(axis, x));
      const { lie } = x;
      const source = sample(own, { seed: 9, lie });
      return makeCase(
        [x, index, source],
        (x, i, s) => op(x as never, axis, i as never, s as never),
        f3(f(front(axis, x))),
        { label: `axis ${axis}` },
      );
    }),
    makeCase(
      [sample([3]), outside([-1, 0, 3, 2, 2147483647]), sample([5])],
      (x, i, s) => op(x as never, 0, i as never, s as never),
      f3(f(0)),
      { label: "outside" },
    ),
    makeCase(
      [sample([2]), outside([1, 0]), sample([2], { values: [Number.NaN, Number.POSITIVE_INFINITY] })],
      (x, i, s) => op(x as never, 0, i as never, s as never),
      f3(f(0)),
      { label: "not finite", gradient: false },
    ),
  ],
});

const indexShape = (_: Sample, index: Sample): readonly number[] => index.array.shape;
const lineShape = (x: Sample, index: Sample, axis: number): readonly number[] =>
  x.array.shape.with(axis, index.array.data.length);
const last = (_: number, written: number): number => written;
const sum = (old: number, written: number): number => old + written;

const scatterRow = writing("scatter", weft.scatter, (axis) => reference.scatter(axis, last), {
  ...{ uses: USES, shape: indexShape, tolerance: EXACT, dtypes: ANY },
});

const embeddingRow: Row = {
  name: "embedding",
  dtypes: FLOAT,
  tolerance: EXACT,
  cases: [
    ...[ids([4], 5), ids([2, 3], 5), ids([], 5), ids([0], 5), ids([3, 4], 5, "transposed")].map((i) =>
      makeCase([sample([5, 6]), i], weft.embedding as Case["run"], f2(embedding)),
    ),
    makeCase(
      [sample([5, 6], { lie: "transposed" }), ids([4], 5)],
      weft.embedding as Case["run"],
      f2(embedding),
    ),
    // Options change the gradient alone, away from the derivative: tests/parity compares it with PyTorch's.
    makeCase(
      [sample([5, 6]), ids([2, 4], 5)],
      (weight, i) => weft.embedding(weight as never, i as never, { paddingIdx: -2, scaleGradByFreq: true }),
      f2(embedding),
      { label: "with options", gradient: false },
    ),
  ],
};

/** x and index that broadcast on the other axes. */
const BROADCAST: readonly Use[] = [
  [1, sample([4, 3]), ids([1, 2], 3)],
  [0, sample([4, 1]), ids([2, 3], 4)],
  [-1, sample([2, 1, 4]), ids([1, 3, 2], 4)],
  [1, sample([5, 4], { lie: "transposed" }), ids([5, 1], 4)],
  [0, sample([3, 0]), ids([2, 1], 3)],
];

const takeRow: Row = {
  name: "takeAlongAxis",
  dtypes: ANY,
  tolerance: EXACT,
  cases: [
    ...BROADCAST.map(([axis, x, index]) =>
      makeCase(
        [x, index],
        (x, i) => weft.takeAlongAxis(x as never, i as never, axis),
        f2((x, index) => {
          const at = axis < 0 ? axis + x.shape.length : axis;
          const shape = x.shape.map((n, k) => (k === at ? n : n === 1 ? (index.shape[k] as number) : n));
          const own = shape.with(at, index.shape[at] as number);
          const wide = (a: Array64, target: readonly number[]) =>
            build(target, (i) => a.data[flat(a.shape, i)] as number);
          return reference.gather(at)(wide(x, shape), wide(index, own));
        }),
        { label: `axis ${axis}` },
      ),
    ),
    makeCase(
      [sample([2, 3]), ids([2, 2], 6)],
      (x, i) => weft.takeAlongAxis(x as never, i as never),
      f2((x, index) => build([4], ([i = 0]) => x.data[index.data[i] as number] as number)),
      { label: "no axis" },
    ),
  ],
};

/** Where an index lies in a row-major array, axes of length 1 repeated. */
const flat = (shape: readonly number[], index: readonly number[]): number =>
  shape.reduce((place, n, k) => place * n + (n === 1 ? 0 : (index[k] as number)), 0);

export const gatherRows: readonly Row[] = [
  reading("gather", weft.gather, reference.gather, USES),
  takeRow,
  reading("indexSelect", weft.indexSelect, reference.indexSelect, LINES),
  embeddingRow,
  {
    ...scatterRow,
    cases: [
      ...scatterRow.cases,
      makeCase(
        [sample([3, 4]), ids([2, 2], 4)],
        (x, i) => weft.scatter(x as never, 1, i as never, 1),
        f2((x, i) =>
          reference.scatter(1, last)(
            x,
            i,
            build([], () => 1),
          ),
        ),
        { label: "a number" },
      ),
      makeCase(
        [sample([3, 4]), ids([2, 2], 4), sample([3, 5])],
        (x, i, s) => weft.scatter(x as never, 1, i as never, s as never),
        f3(reference.scatter(1, last)),
        { label: "larger source" },
      ),
    ],
  },
  writing("scatterAdd", weft.scatterAdd, (axis) => reference.scatter(axis, sum), {
    ...{ uses: USES, shape: indexShape, tolerance: ROUNDED, dtypes: NUMBER },
  }),
  writing("indexAdd", weft.indexAdd, reference.indexAdd, {
    ...{ uses: LINES, shape: lineShape, tolerance: ROUNDED, dtypes: NUMBER },
  }),
];
