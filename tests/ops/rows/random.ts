import * as weft from "@weft/tensor";
import { dropout, Generator, normal, type Tensor, uniform } from "@weft/tensor";
import { type Array64, build } from "../array.js";
import { EXACT, FLOAT, makeCase, NONE, ROUNDED, type Row } from "../case.js";
import * as reference from "../reference/random.js";
import { order } from "../reference/sort.js";
import { sample } from "../sample.js";

const SHAPES: readonly (readonly number[])[] = [[5], [], [0, 3], [3, 700]];
/** The last one has bits in both words of the key. */
const SEEDS = [0, 7, 2 ** 40 + 12345];

const uniformRow: Row = {
  name: "uniform",
  dtypes: NONE,
  tolerance: EXACT,
  cases: SHAPES.flatMap((shape) =>
    SEEDS.map((seed) =>
      makeCase(
        [],
        () => uniform(shape, { generator: new Generator(seed), low: -1, high: 3 }),
        () => reference.uniform(shape, seed, -1, 3),
        { label: `(${shape.join(", ")}) of seed ${seed}` },
      ),
    ),
  ),
};

const normalRow: Row = {
  name: "normal",
  dtypes: NONE,
  // An adapter's cos may be off by 2⁻¹¹ in WGSL; those we know are better by far.
  tolerance: 1e-3,
  absolute: 1e-3,
  cases: SHAPES.flatMap((shape) =>
    SEEDS.map((seed) =>
      makeCase(
        [],
        () => normal(shape, { generator: new Generator(seed), mean: 1, std: 2 }),
        () => reference.normal(shape, seed, 1, 2),
        { label: `(${shape.join(", ")}) of seed ${seed}` },
      ),
    ),
  ),
};

export const dropoutRow: Row = {
  name: "dropout",
  dtypes: FLOAT,
  tolerance: ROUNDED,
  cases: [
    ...[sample([]), sample([0, 3]), sample([1031])],
    ...(["plain", "transposed", "sliced", "expanded"] as const).map((lie) => sample([9, 7], { lie })),
  ].flatMap((input) =>
    [0.3, 0, 1].map((p) =>
      makeCase(
        [input],
        (x) => dropout(x, p, new Generator(11)),
        (x) => reference.dropout(x, p, 11),
        { label: `p = ${p}` },
      ),
    ),
  ),
};

/** Of a shape and a seed alone. */
const drawnRow = (
  name: Row["name"],
  run: (shape: readonly number[], generator: Generator) => Tensor,
  expected: (shape: readonly number[], seed: number) => Array64,
  { tolerance = EXACT, label = "" }: { readonly tolerance?: number; readonly label?: string } = {},
): Row => ({
  name,
  dtypes: NONE,
  tolerance,
  ...(tolerance > 0 && { absolute: tolerance }),
  cases: SHAPES.flatMap((shape) =>
    SEEDS.map((seed) =>
      makeCase(
        [],
        () => run(shape, new Generator(seed)),
        () => expected(shape, seed),
        { label: `${label}(${shape.join(", ")}) of seed ${seed}` },
      ),
    ),
  ),
});

const integers = (low: number, high: number, dtype: "i32" | "u32"): Row =>
  drawnRow(
    "randint",
    (shape, generator) => weft.randint(low, high, shape, { generator, dtype }),
    (shape, seed) => reference.integers(shape, seed, low, high),
    { label: `${low} … ${high} ${dtype} ` },
  );

const randintRow: Row = {
  ...integers(0, 10, "i32"),
  cases: [
    integers(0, 10, "i32"),
    integers(-3, 4, "i32"),
    integers(-(2 ** 31), 2 ** 31, "i32"),
    integers(-(2 ** 31), 2 ** 31 - 1, "i32"),
    integers(0, 2 ** 32, "u32"),
    integers(2 ** 31, 2 ** 32 - 5, "u32"),
  ].flatMap(({ cases }) => cases),
};

const bernoulliRow: Row = {
  name: "bernoulli",
  dtypes: FLOAT,
  tolerance: EXACT,
  cases: [
    sample([5], { low: 0, high: 1 }),
    sample([], { low: 0, high: 1 }),
    sample([0, 3]),
    sample([9, 7], { low: 0, high: 1, lie: "transposed" }),
    sample([4], { values: [Number.NaN, -1, 2, 1] }),
  ].map((p) =>
    makeCase(
      [p],
      (p) => weft.bernoulli(p as Tensor, { generator: new Generator(5) }),
      (p) => reference.bernoulli(p as Array64, 5),
      { gradient: false },
    ),
  ),
};

const randpermRow: Row = {
  name: "randperm",
  dtypes: NONE,
  tolerance: EXACT,
  cases: [0, 1, 7, 1500].map((n) =>
    makeCase(
      [],
      () => weft.randperm(n, { generator: new Generator(3) }),
      () => {
        const keys = [...reference.integers([n], 3, 0, 2 ** 32).data];
        return { shape: [n], data: Float64Array.from(order(keys, false)) };
      },
      { label: `${n}` },
    ),
  ),
};

/** With weights that leave no choice; which numbers are drawn otherwise is tested by counting them. */
const multinomialRow: Row = {
  name: "multinomial",
  dtypes: FLOAT,
  result: () => "i32",
  tolerance: EXACT,
  cases: [true, false].flatMap((replacement) => {
    const run = (count: number) => (w: Tensor) =>
      weft.multinomial(w, count, { replacement, generator: new Generator(5) });
    const options = { label: replacement ? "again" : "once", gradient: false } as const;
    return [
      makeCase([sample([3], { values: [0, 2, 0] })], run(1) as never, () => build([1], () => 1), options),
      makeCase(
        [sample([2, 3], { values: [0, -1, 2, Number.NaN, 1e-30, 0] })],
        run(1) as never,
        () => build([2, 1], ([r]) => (r === 0 ? 2 : 1)),
        options,
      ),
      makeCase(
        [sample([2, 3], { values: [0, 0, 0, 0, 0, 0] })],
        run(2) as never,
        () => build([2, 2], () => -1),
        options,
      ),
      makeCase([sample([0, 3])], run(2) as never, () => build([0, 2], () => 0), options),
      makeCase([sample([3], { values: [1, 1, 1] })], run(0) as never, () => build([0], () => 0), options),
    ];
  }),
};

export const randomRows: readonly Row[] = [
  uniformRow,
  normalRow,
  drawnRow(
    "rand",
    (shape, generator) => weft.rand(shape, { generator }),
    (shape, seed) => reference.uniform(shape, seed, 0, 1),
  ),
  drawnRow(
    "randn",
    (shape, generator) => weft.randn(shape, { generator }),
    (shape, seed) => reference.normal(shape, seed, 0, 1),
    {
      tolerance: 1e-3,
    },
  ),
  randintRow,
  bernoulliRow,
  randpermRow,
  multinomialRow,
];
