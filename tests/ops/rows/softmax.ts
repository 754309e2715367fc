import { crossEntropy, embedding, logSoftmax, softmax } from "@weft/tensor";
import { type Array64, build, get } from "../array.js";
import { EXACT, F32, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { total } from "../reference/reduce.js";
import * as reference from "../reference/softmax.js";
import { sample } from "../sample.js";

const ROWS = [
  sample([2, 3]),
  sample([7]),
  sample([3, 1]),
  sample([0, 3]),
  sample([3, 0]),
  sample([2, 2, 85]),
  sample([2, 600]),
  ...(["transposed", "sliced", "expanded"] as const).map((lie) => sample([5, 4], { lie })),
];
const HUGE = sample([3, 3], { values: [1e30, -1e30, 0, 1e30, 5e29, -1e30, -2e30, -1e30, -3e30] });
const TIES = sample([2, 3], { values: [1e30, 1e30, -1e30, -1e30, -1e30, -1e30] });
const FAR = sample([2, 3], { values: [-200, 0, 200, 100, 99, -150] });

const overRows = (name: "softmax" | "logSoftmax", op: typeof softmax): Row => ({
  name,
  dtypes: F32,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...ROWS.map((input) => makeCase([input], op, reference[name])),
    // Beside 1e30 a difference in the logarithm of a small probability is lost even in float64.
    makeCase([HUGE], op, reference[name], { label: "±1e30", gradient: name === "softmax" }),
    makeCase([TIES], op, reference[name], { label: "equal ±1e30", gradient: false }),
    makeCase([FAR], op, reference[name], { label: "far apart" }),
  ],
});

const LOGITS: readonly (readonly [n: number, v: number])[] = [
  [3, 4],
  [1, 1],
  [5, 85],
  [2, 600],
];

const reductions = {
  none: (losses: Array64) => losses,
  sum: (losses: Array64) => build([], () => total([...losses.data])),
  mean: (losses: Array64) => build([], () => total([...losses.data]) / losses.data.length),
} as const;

const crossEntropyRow: Row = {
  name: "crossEntropy",
  dtypes: F32,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...Object.entries(reductions).flatMap(([reduction, reduce]) =>
      LOGITS.map(([n, v]) =>
        makeCase(
          [sample([n, v]), sample([n], { dtype: "i32", low: 0, high: v })],
          (x, t) => crossEntropy(x as never, t as never, { reduction: reduction as keyof typeof reductions }),
          (x, t) => reduce(reference.crossEntropy(x as Array64, t as Array64)),
          { label: reduction },
        ),
      ),
    ),
    makeCase(
      [sample([4, 3], { lie: "transposed" }), sample([4], { dtype: "i32", low: 0, high: 3, lie: "sliced" })],
      (x, t) => crossEntropy(x as never, t as never),
      (x, t) => reductions.mean(reference.crossEntropy(x as Array64, t as Array64)),
    ),
    makeCase(
      [sample([0, 3]), sample([0], { dtype: "i32" })],
      (x, t) => crossEntropy(x as never, t as never, { reduction: "sum" }),
      () => build([], () => 0),
      { label: "sum" },
    ),
    makeCase(
      [TIES, sample([2], { dtype: "i32", values: [1, 2] })],
      (x, t) => crossEntropy(x as never, t as never, { reduction: "none" }),
      (x, t) => reference.crossEntropy(x as Array64, t as Array64),
      { label: "equal ±1e30", gradient: false },
    ),
    makeCase(
      [HUGE, sample([3], { dtype: "i32", values: [1, 1, 0] })],
      (x, t) => crossEntropy(x as never, t as never, { reduction: "none" }),
      (x, t) => reference.crossEntropy(x as Array64, t as Array64),
      { label: "±1e30" },
    ),
  ],
};

const IDS = [
  ...[[4], [2, 3], [], [0]].map((shape) => sample(shape, { dtype: "i32", low: 0, high: 5 })),
  sample([3, 4], { dtype: "i32", low: 0, high: 5, lie: "transposed" }),
];

const embeddingRow: Row = {
  name: "embedding",
  dtypes: F32,
  tolerance: EXACT,
  cases: [
    ...IDS.map((ids) => makeCase([sample([5, 6]), ids], embedding, reference.embedding)),
    makeCase([sample([5, 6], { lie: "transposed" }), ...IDS.slice(0, 1)], embedding, (weight, ids) =>
      build([4, 6], ([n = 0, c = 0]) => get(weight as Array64, [get(ids as Array64, [n]), c])),
    ),
  ],
};

export const softmaxRows: readonly Row[] = [
  overRows("softmax", softmax),
  overRows("logSoftmax", logSoftmax),
  crossEntropyRow,
  embeddingRow,
];
