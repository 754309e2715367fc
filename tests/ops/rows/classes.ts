import { crossEntropy, nll, type Tensor, tensor } from "@weft/tensor";
import { type Array64, build } from "../array.js";
import { type Case, FLOAT, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import * as reference from "../reference/losses.js";
import { type Sample, sample } from "../sample.js";

type Options = reference.ClassOptions;

/** Class numbers below v for scores, with some of them −100. */
function targetsFor({ array: { shape } }: Sample, options: { ignored?: number; seed?: number } = {}): Sample {
  const { ignored, seed = 1 } = options;
  const v = shape[shape.length === 1 ? 0 : 1] as number;
  const drawn = sample(
    shape.filter((_, i) => i !== (shape.length === 1 ? 0 : 1)),
    { dtype: "i32", low: 0, high: v, seed },
  );
  if (ignored === undefined) return drawn;
  const values = [...drawn.array.data].map((t, i) => (i % 3 === 1 ? ignored : t));
  return sample(drawn.array.shape, { dtype: "i32", values });
}

const ids = (...values: number[]) => sample([values.length], { dtype: "i32", values });

/** The options as the op takes them: the weights in a tensor. */
const given = ({ weight, ...rest }: Options) =>
  weight === undefined ? rest : { ...rest, weight: tensor([...weight]) };

const describe = (options: Options) =>
  Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");

const caseOf =
  (
    op: (x: Tensor, t: Tensor, options: ReturnType<typeof given>) => Tensor,
    expected: (x: Array64, t: Array64, options: Options) => Array64,
  ) =>
  (
    inputs: readonly [Sample, Sample],
    options: Options = {},
    more: Parameters<typeof makeCase>[3] = {},
  ): Case =>
    makeCase(
      inputs,
      (x, t) => op(x as Tensor, t as Tensor, given(options)),
      (x, t) => expected(x as Array64, t as Array64, options),
      { ...more, label: [more.label, describe(options)].filter(Boolean).join(", ") },
    );

const REDUCTIONS = ["none", "sum", "mean"] as const;
const weight = (v: number) => Array.from({ length: v }, (_, c) => 0.5 + ((7 * c) % 5) / 4);
const SHAPES = [[3, 4], [1, 1], [5, 85], [2, 600], [3, 4, 2], [2, 3, 2, 3], [6]];

/** What both losses over class numbers have in common. */
const common = (of: ReturnType<typeof caseOf>): Case[] => [
  ...REDUCTIONS.flatMap((reduction) =>
    SHAPES.map((shape) => of([sample(shape), targetsFor(sample(shape))], { reduction })),
  ),
  ...REDUCTIONS.flatMap((reduction) => {
    const x = sample([5, 4, 2]);
    return [
      of([x, targetsFor(x, { ignored: -100 })], { reduction }),
      of([x, targetsFor(x, { ignored: -100 })], { reduction, weight: weight(4) }),
      of([x, targetsFor(x)], { reduction, weight: weight(4), ignoreIndex: 1 }),
      of([x, targetsFor(x, { ignored: -1 })], { reduction, ignoreIndex: -1 }),
    ];
  }),
  of([sample([4, 3], { lie: "transposed" }), sample([4], { dtype: "i32", low: 0, high: 3, lie: "sliced" })]),
  of([
    sample([4, 3, 2], { lie: "sliced" }),
    sample([4, 2], { dtype: "i32", low: 0, high: 3, lie: "transposed" }),
  ]),
  of([sample([0, 3]), sample([0], { dtype: "i32" })], { reduction: "sum" }),
  of([sample([0, 3]), sample([0], { dtype: "i32" })], { reduction: "none" }),
  of([sample([0, 3]), sample([0], { dtype: "i32" })], {}, { gradient: false }),
  of([sample([2, 3]), ids(-100, -100)], { reduction: "sum" }),
  of([sample([2, 3]), ids(-100, -100)], {}, { gradient: false, label: "all ignored" }),
  of([sample([2, 0]), ids(-100, -100)], { reduction: "none" }),
  // Whatever stands in an ignored row counts nothing.
  of(
    [sample([2, 2], { values: [Number.NaN, 1, 1, 2] }), ids(-100, 0)],
    {},
    { gradient: false, label: "NaN ignored" },
  ),
];

const TIES = sample([2, 3], { values: [1e30, 1e30, -1e30, -1e30, -1e30, -1e30] });
const HUGE = sample([3, 3], { values: [1e30, -1e30, 0, 1e30, 5e29, -1e30, -2e30, -1e30, -3e30] });
const INF = Number.POSITIVE_INFINITY;

const fused = caseOf(crossEntropy, reference.crossEntropy);
const soft = caseOf(crossEntropy, reference.crossEntropyOfProbabilities);

/** Probabilities along the axis of the classes: any numbers in (0, 1) do. */
const probabilities = (shape: readonly number[], lie: Sample["lie"] = "plain") =>
  sample(shape, { low: 0.05, high: 0.9, seed: 5, lie });

export const crossEntropyRow: Row = {
  name: "crossEntropy",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...common(fused),
    ...REDUCTIONS.flatMap((reduction) =>
      [[5, 4, 2], [3, 85], [6]].flatMap((shape) => {
        const x = sample(shape);
        const v = shape[shape.length === 1 ? 0 : 1] as number;
        return [
          fused([x, targetsFor(x, { ignored: -100 })], { reduction, labelSmoothing: 0.1 }),
          fused([x, targetsFor(x, { ignored: -100 })], { reduction, labelSmoothing: 0.3, weight: weight(v) }),
          soft([x, probabilities(shape)], { reduction }),
          soft([x, probabilities(shape)], { reduction, labelSmoothing: 0.2, weight: weight(v) }),
        ];
      }),
    ),
    fused([sample([3, 4]), targetsFor(sample([3, 4]))], { labelSmoothing: 1 }),
    soft([sample([4, 3], { lie: "transposed" }), probabilities([4, 3], "sliced")]),
    soft([sample([0, 3]), probabilities([0, 3])], { reduction: "sum" }),
    fused([TIES, ids(1, 2)], { reduction: "none" }, { label: "equal ±1e30", gradient: false }),
    fused([HUGE, ids(1, 1, 0)], { reduction: "none" }, { label: "±1e30" }),
    // As in PyTorch: a target of probability 0 costs ∞; so does its smoothed share.
    ...[0, 0.1].map((labelSmoothing) =>
      makeCase(
        [
          sample([4, 3], { values: [-INF, 3, -INF, -INF, 1, 1, INF, 1, 2, -INF, -INF, -INF] }),
          ids(1, 0, 0, 1),
        ],
        (x, t) => crossEntropy(x as Tensor, t as Tensor, { reduction: "none", labelSmoothing }),
        () =>
          build([4], ([i = 0]) => [labelSmoothing === 0 ? 0 : INF, INF, Number.NaN, Number.NaN][i] as number),
        { label: `infinity, labelSmoothing ${labelSmoothing}`, gradient: false },
      ),
    ),
  ],
};

export const nllRow: Row = {
  name: "nll",
  dtypes: FLOAT,
  tolerance: 1e-5,
  cases: common(caseOf(nll, reference.nll)),
};
