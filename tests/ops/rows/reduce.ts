import type { DType, Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { ANY, type Case, EXACT, FLOAT, makeCase, ROUNDED, type Row, TRANSCENDENTAL } from "../case.js";
import * as reference from "../reference/reduce.js";
import { type Sample, sample } from "../sample.js";

const { reduce } = reference;

const FOLDS: readonly (readonly [shape: number[], axis: number | number[]])[] = [
  [[5], [0]],
  [[3, 4], 1],
  [[3, 4], [0]],
  [[2, 3, 4], -2],
  [
    [2, 3, 4],
    [-1, 0],
  ],
  [
    [2, 3, 4],
    [0, 1, 2],
  ],
  [[2, 3], []],
  [[1500], 0],
  [[3, 700, 2], 1],
  [
    [2, 3, 2, 3],
    [1, 3],
  ],
  [
    [2, 1, 2, 1, 3, 1, 2, 2],
    [0, -2, 4],
  ],
];

type Fold = (values: number[]) => number;
type Run = (x: Tensor, options?: weft.ReduceOptions) => Tensor;

interface Options {
  readonly dtypes?: readonly DType[];
  readonly result?: (dtype: DType) => DType;
  readonly tolerance?: number;
  readonly gradient?: boolean;
  readonly low?: number;
  readonly high?: number;
  /** What a fold of nothing gives; undefined where that is an error. */
  readonly nothing?: number;
  /** Inputs of more elements do not run for other dtypes, whose results would overflow. */
  readonly typedUpTo?: number;
  /** Equal elements make a kink, so that differences tell nothing of them. */
  readonly kinked?: boolean;
  /** Folds one axis or all, no several ones. */
  readonly oneAxis?: boolean;
  readonly label?: string;
  /** Folded as a whole: numbers whose result is worth a look. */
  readonly lists?: readonly (readonly number[])[];
}

const NOT_FINITE = [
  [1, Number.NaN, 3],
  [Number.NaN, Number.NEGATIVE_INFINITY, Number.NaN],
  [1, Number.POSITIVE_INFINITY, -3],
  [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2],
];

/** The cases of one op: every way to fold, every lie, nothing, and numbers at the edge. */
export function foldCases(run: Run, f: Fold, options: Options): Case[] {
  const { low = -2, high = 2, gradient = true, typedUpTo = Number.POSITIVE_INFINITY, label = "" } = options;
  const range = { low, high };
  const folds = options.oneAxis
    ? FOLDS.filter(([{ length }, axis]) => typeof axis === "number" || axis.length === length)
    : FOLDS;
  const make = (input: Sample, over: weft.ReduceOptions, name = "") => {
    const hasTies = input.lie === "expanded" && over.axis === 0;
    const { axis = [], keepDim = false } = over;
    const named = typeof axis === "number" ? [axis] : axis;
    const { shape, data } = input.array;
    const axes = named.length === 0 ? shape.map((_, i) => i) : named;
    return makeCase([input], (x) => run(x, over), reduce(axes, keepDim, f), {
      label: [label, name || `over ${named.join(", ") || "all"}${keepDim ? ", kept" : ""}`]
        .filter(Boolean)
        .join(", "),
      gradient:
        gradient && !(options.kinked && hasTies) && (shape.length > 0 || Number.isFinite(f([...data]))),
      typed: data.length <= typedUpTo,
    });
  };
  const over = (shape: readonly number[], axis: number | number[], keepDim: boolean) =>
    options.oneAxis && typeof axis !== "number"
      ? make(sample(shape, range), { keepDim })
      : make(sample(shape, range), { axis, keepDim });
  const plain = (values: readonly number[]) =>
    makeCase([sample([values.length], { values })], (x) => run(x), reduce([0], false, f), {
      label: [label, `of ${values.slice(0, 4).join(", ")}${values.length > 4 ? ", …" : ""}`].join(" "),
      gradient: false,
      typed: false,
    });
  const { nothing } = options;
  const none = () => ({ shape: [], data: Float64Array.of(nothing as number) });
  const bare = { gradient: gradient && Number.isFinite(nothing), typed: true };
  return [
    ...folds.flatMap(([shape, axis]) => [false, true].map((keepDim) => over(shape, axis, keepDim))),
    ...(["transposed", "sliced", "expanded"] as const).flatMap((lie) => [
      make(sample([4, 3], { ...range, lie }), { axis: -1 }),
      make(sample([7, 2, 3], { ...range, lie }), { axis: 0 }),
    ]),
    make(sample([600, 2], { ...range, lie: "transposed" }), { axis: 0 }, "a long axis"),
    make(sample([], range), {}),
    make(sample([0, 3], range), { axis: 1 }),
    make(sample([150_000], { low: low < 0 ? 0 : low, high }), {}, "in parts"),
    ...[...NOT_FINITE, ...(options.lists ?? [])].map(plain),
    ...(nothing === undefined
      ? []
      : [
          makeCase(
            [sample([3, 0])],
            (x) => run(x, { axis: 1 }),
            reduce([1], false, () => nothing),
            {
              label: `${label} of nothing`,
              ...bare,
            },
          ),
          // The part begins where its buffer of 256 bytes ends.
          makeCase([sample([64])], (x) => run(weft.slice(x, 0, 64)), none, {
            label: `${label} of an empty part`,
            ...bare,
          }),
        ]),
  ];
}

function foldRow(name: keyof typeof weft, f: Fold, options: Options = {}): Row {
  const { dtypes = ANY, tolerance = ROUNDED, result } = options;
  const cases = foldCases(weft[name] as Run, f, options);
  return { name, dtypes, tolerance, ...(result && { result }), cases };
}

/** Rows of one op with several options, each with its own numbers. */
const merge = (name: keyof typeof weft, tolerance: number, cases: readonly (readonly Case[])[]): Row => ({
  ...{ name, tolerance, dtypes: FLOAT },
  cases: cases.flat(),
});

const countable = (dtype: DType): DType => (dtype === "bool" ? "i32" : dtype);
const asBool = { tolerance: EXACT, result: (): DType => "bool", gradient: false };
const asIndex = { tolerance: EXACT, result: (): DType => "i32", gradient: false, oneAxis: true };
const ties = [
  [2, 7, 7, 1],
  [3, 1, 1, 2],
  [...Array<number>(700).fill(5), Number.NaN, ...Array<number>(700).fill(9), Number.NaN],
];
const LARGE_MEAN = Array.from({ length: 700 }, (_, i) => 1e6 + ((i * 37) % 64) / 16);

export const reduceRows: readonly Row[] = [
  foldRow("sum", reference.total, { result: countable, nothing: 0 }),
  foldRow("mean", reference.average, { dtypes: FLOAT, nothing: Number.NaN }),
  foldRow("prod", reference.product, {
    ...{ result: countable, nothing: 1, low: 0.96, high: 1.04, typedUpTo: 12 },
    lists: [
      [2, 0, 3],
      [0, 0, 3],
    ],
  }),
  foldRow("max", reference.largest, { tolerance: EXACT, kinked: true, lists: ties }),
  foldRow("min", reference.smallest, { tolerance: EXACT, kinked: true, lists: ties }),
  foldRow("argmax", reference.positionOfLargest, { ...asIndex, lists: ties }),
  foldRow("argmin", reference.positionOfSmallest, { ...asIndex, lists: ties }),
  foldRow("any", reference.someTrue, { ...asBool, nothing: 0, lists: [[0, 0], [0, -0, 1e-30], [0]] }),
  foldRow("all", reference.allTrue, {
    ...asBool,
    nothing: 1,
    lists: [
      [0, 0],
      [2, -0, 1],
      [1e-30, -1],
    ],
  }),
  foldRow("logSumExp", reference.logOfSumOfExp, {
    ...{ dtypes: FLOAT, tolerance: TRANSCENDENTAL, nothing: Number.NEGATIVE_INFINITY },
    lists: [
      [1e30, -1e30],
      [1000, 1000, 999],
      [-1000, -1001],
      [88, 88, 88, 88],
    ],
  }),
  merge(
    "variance",
    TRANSCENDENTAL,
    [1, 0, 2.5].map((correction) =>
      foldCases(
        (x, options) => weft.variance(x, { ...options, correction }),
        reference.varianceOf(correction),
        {
          ...{ label: `correction ${correction}`, nothing: Number.NaN },
          lists: [LARGE_MEAN, [5], [1, 2], [1000, 1001]],
        },
      ),
    ),
  ),
  merge(
    "std",
    TRANSCENDENTAL,
    [1, 0].map((correction) =>
      foldCases(
        (x, options) => weft.std(x, { ...options, correction }),
        (values) => Math.sqrt(reference.varianceOf(correction)(values)),
        {
          // Where all elements are equal, a deviation has a kink.
          ...{ label: `correction ${correction}`, nothing: Number.NaN, kinked: true },
          lists: [LARGE_MEAN, [5], [0.1, 0.1, 0.1]],
        },
      ),
    ),
  ),
  merge(
    "norm",
    TRANSCENDENTAL,
    [2, 1, 3, 2.5, 0.5, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((p) =>
      foldCases((x, options) => weft.norm(x, { ...options, p }), reference.normOf(p), {
        ...{ label: `p ${p}`, kinked: !Number.isFinite(p), ...(p >= 0 ? { nothing: 0 } : {}) },
        lists: [
          [0, 0, 0],
          [0, 3, -4],
          [1e10, 1e-10],
        ],
      }),
    ),
  ),
];
