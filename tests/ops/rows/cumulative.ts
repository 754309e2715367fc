import * as weft from "@weft/tensor";
import { ANY, type Case, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { scan } from "../reference/reduce.js";
import { type Sample, sample } from "../sample.js";

const WAYS: readonly (readonly [shape: number[], axis: number])[] = [
  [[5], 0],
  [[3, 4], 1],
  [[3, 4], 0],
  [[2, 3, 4], -2],
  [[0, 3], 0],
  [[2, 0, 3], 0],
  [[2, 1, 2, 1, 3, 1, 2, 2], 4],
  [[1500], 0],
  [[2, 700, 2], 1],
  [[1, 1024], -1],
];

interface Options {
  readonly start: number;
  readonly f: (y: number, v: number) => number;
  /** A range in which a walk of 200,000 steps stays near 1. */
  readonly calm: { readonly low: number; readonly high: number };
  /** Longer axes do not run for other dtypes, whose results would overflow. */
  readonly typedUpTo: number;
  readonly lists: readonly (readonly number[])[];
}

function cumulativeRow(name: "cumsum" | "cumprod", { start, f, calm, typedUpTo, lists }: Options): Row {
  const make = (input: Sample, axis: number, reverse: boolean, gradient = true): Case => {
    const typed = (input.array.shape.at(axis) as number) <= typedUpTo;
    return makeCase([input], (x) => weft[name](x, { axis, reverse }), scan(axis, reverse, start, f), {
      ...{ label: `along ${axis}${reverse ? ", from the end" : ""}`, gradient, typed: typed && gradient },
    });
  };
  const cases = [false, true].flatMap((reverse) => [
    ...WAYS.map(([shape, axis]) => make(sample(shape, Math.max(...shape) > 500 ? calm : {}), axis, reverse)),
    ...(["transposed", "sliced", "expanded"] as const).map((lie) =>
      make(sample([4, 3], { lie }), 0, reverse),
    ),
    make(sample([200_000], calm), 0, reverse),
    ...lists
      .map((values) => (reverse ? values.toReversed() : values))
      .map((values) => make(sample([values.length], { values }), 0, reverse, false)),
  ]);
  return {
    ...{ name, dtypes: ANY, tolerance: TRANSCENDENTAL, cases },
    result: (dtype) => (dtype === "bool" ? "i32" : dtype),
  };
}

const NOT_FINITE = [
  [1, Number.NaN, 3],
  [2, Number.POSITIVE_INFINITY, -3, 4],
  [2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 4],
];
const many = (value: number): number[] => Array<number>(1000).fill(value);

export const cumulativeRows: readonly Row[] = [
  cumulativeRow("cumsum", {
    ...{ start: 0, f: (y, v) => y + v, calm: { low: 0, high: 2 }, typedUpTo: 10_000 },
    lists: [...NOT_FINITE, [...many(1), Number.POSITIVE_INFINITY, ...many(1)]],
  }),
  cumulativeRow("cumprod", {
    ...{ start: 1, f: (y, v) => y * v, calm: { low: 0.950417, high: 1.050417 }, typedUpTo: 5 },
    // In parts: a 0 stays 0 though the product of a part after it overflows; true infinities are met.
    lists: [
      ...NOT_FINITE,
      [3, 0, 2, 0, 5],
      [0, ...many(2)],
      [...many(1), 0, ...many(2)],
      [1, Number.POSITIVE_INFINITY, ...many(1)],
      [0, ...many(1), Number.POSITIVE_INFINITY, ...many(1)],
      [...many(1), 0, ...many(1), Number.NaN, ...many(1)],
    ],
  }),
];
