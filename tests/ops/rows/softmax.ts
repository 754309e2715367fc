import { logSoftmax, softmax } from "@weft/tensor";
import { type Array64, build } from "../array.js";
import { FLOAT, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
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

const AXES: readonly (readonly [shape: number[], axis: number])[] = [
  [[3, 4], 0],
  [[2, 5, 3], 1],
  [[2, 5, 3], -2],
  [[2, 70, 2, 2], 1],
  [[3, 0, 2], 1],
  [[3, 2, 0], 1],
  [[1, 2, 1, 2, 1, 3, 1, 2], 5],
];
const [NAN, INF] = [Number.NaN, Number.POSITIVE_INFINITY];
const special = (...values: number[]) => sample([values.length / 3, 3], { values });

const overRows = (name: "softmax" | "logSoftmax", op: typeof softmax): Row => {
  const expected = (x: Array64) => reference[name](x);
  return {
    name,
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      ...ROWS.map((input) => makeCase([input], (x) => op(x), expected)),
      makeCase([sample([])], (x) => op(x), expected),
      ...AXES.map(([shape, axis]) =>
        makeCase(
          [sample(shape)],
          (x) => op(x, axis),
          (x) => reference[name](x, axis),
          { label: `along ${axis}` },
        ),
      ),
      makeCase(
        [sample([4, 5], { lie: "transposed" })],
        (x) => op(x, 0),
        (x) => reference[name](x, 0),
        { label: "along 0" },
      ),
      // Beside 1e30 a difference in the logarithm of a small probability is lost even in float64.
      makeCase([HUGE], (x) => op(x), expected, { label: "±1e30", gradient: name === "softmax" }),
      makeCase([TIES], (x) => op(x), expected, { label: "equal ±1e30", gradient: false }),
      makeCase([FAR], (x) => op(x), expected, { label: "far apart" }),
      // As in PyTorch: ∞ − ∞ is NaN, and so is a row of −∞ alone; beside a finite number −∞ has probability 0.
      makeCase(
        [special(INF, 1, 2, -INF, -INF, -INF, NAN, 1, 2, INF, INF, 1, -NAN, -INF, INF)],
        (x) => op(x),
        (x) => build(x.shape, () => NAN),
        { label: "rows that are NaN", gradient: false },
      ),
      makeCase(
        [special(-INF, 3, -INF, 0, -INF, 0)],
        (x) => op(x),
        (x) => {
          const [one, half, none] = name === "softmax" ? [1, 0.5, 0] : [0, Math.log(0.5), -INF];
          return { shape: x.shape, data: Float64Array.of(none, one, none, half, none, half) };
        },
        { label: "−∞", gradient: false },
      ),
      makeCase(
        [sample([2, 600], { values: Array.from({ length: 1200 }, (_, i) => (i === 777 ? NAN : i / 600)) })],
        (x) => op(x),
        (x) => {
          const { data } = expected(x);
          return { shape: x.shape, data: data.map((v, i) => (i < 600 ? v : NAN)) };
        },
        { label: "one NaN in a long row", gradient: false },
      ),
    ],
  };
};

export const softmaxRows: readonly Row[] = [overRows("softmax", softmax), overRows("logSoftmax", logSoftmax)];
