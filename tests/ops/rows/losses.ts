// The losses that compare two tensors element by element.

import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { type Array64, get } from "../array.js";
import { type Case, FLOAT, makeCase, ROUNDED, type Row, TRANSCENDENTAL } from "../case.js";
import * as reference from "../reference/losses.js";
import { type Lie, type Sample, sample } from "../sample.js";

type Reduction = keyof typeof reference.reductions;

interface Loss {
  readonly name: Row["name"];
  /** The op with the options of this variant. */
  readonly op: (x: Tensor, t: Tensor, reduction: { readonly reduction?: never }) => Tensor;
  readonly f: (x: number, t: number) => number;
  readonly label?: string;
}

interface Range {
  readonly low?: number;
  readonly high?: number;
}

/** What inputs and targets are drawn from. */
interface Ranges {
  readonly input?: Range;
  readonly target?: Range;
}

const SHAPES = [[5], [3, 4], [], [0, 3], [2, 1, 2, 1, 3, 1, 1, 2]];
const LIES: readonly Lie[] = ["transposed", "sliced", "expanded"];

const of = (
  { op, f, label = "" }: Loss,
  inputs: readonly Sample[],
  reduction: Reduction,
  gradient = true,
): Case =>
  makeCase(
    inputs,
    (x, t) => op(x as Tensor, t as Tensor, { reduction: reduction as never }),
    (x, t) => reference.reductions[reduction](reference.pairwise(f)(x as Array64, t as Array64)),
    { label: [label, reduction].filter(Boolean).join(", "), gradient },
  );

/** Every shape and reduction; no gradient of a mean of nothing. */
function everyCase(loss: Loss, { input = {}, target = {} }: Ranges = {}): Case[] {
  const pair = (shape: readonly number[], lie: Lie = "plain") => [
    sample(shape, { lie, ...input }),
    sample(shape, { seed: 2, lie, ...target }),
  ];
  const empty = (shape: readonly number[], reduction: Reduction) => reduction === "mean" && shape.includes(0);
  return [
    ...(["none", "sum", "mean"] as const).flatMap((reduction) =>
      SHAPES.map((shape) => of(loss, pair(shape), reduction, !empty(shape, reduction))),
    ),
    ...LIES.map((lie) => of(loss, pair([4, 3], lie), "mean")),
  ];
}

const [NAN, INF] = [Number.NaN, Number.POSITIVE_INFINITY];

/** NaN and infinity, as floats have it. */
const special = (loss: Loss, values: readonly number[], targets: readonly number[]): Case =>
  of(
    { ...loss, label: "NaN and infinity" },
    [sample([values.length], { values }), sample([targets.length], { values: targets })],
    "none",
    false,
  );

const distance = (loss: Loss): Case[] => [
  ...everyCase(loss),
  special(loss, [NAN, 1, INF, -INF, INF, 1e10], [1, NAN, 0, 0, -INF, -1e10]),
];

const mse: Loss = { name: "mse", op: weft.mse, f: reference.squared };
const l1: Loss = { name: "l1", op: weft.l1, f: reference.absolute };
const smoothL1 = (beta?: number): Loss => ({
  name: "smoothL1",
  op: (x, t, r) => weft.smoothL1(x, t, beta === undefined ? r : { ...r, beta }),
  f: reference.smoothL1(beta ?? 1),
  label: beta === undefined ? "" : `beta ${beta}`,
});
const huber = (delta?: number): Loss => ({
  name: "huber",
  op: (x, t, r) => weft.huber(x, t, delta === undefined ? r : { ...r, delta }),
  f: reference.huber(delta ?? 1),
  label: delta === undefined ? "" : `delta ${delta}`,
});

const UNIT = { low: 0.05, high: 0.95 };
const binary: Loss = {
  name: "binaryCrossEntropy",
  op: weft.binaryCrossEntropy,
  f: reference.binaryCrossEntropy,
};
const withLogits: Loss = {
  name: "binaryCrossEntropyWithLogits",
  op: weft.binaryCrossEntropyWithLogits,
  f: reference.withLogits(1),
};

/** Weights of the losses, one for each column: input 3 of the case. */
const weighted = (loss: Loss, options: readonly string[], inputs: readonly Sample[]): Case =>
  makeCase(
    inputs,
    (x, t, ...weights) =>
      loss.op(x as Tensor, t as Tensor, Object.fromEntries(options.map((name, i) => [name, weights[i]]))),
    (x, t, ...weights) => {
      const { shape, data } = x as Array64;
      const column = (i: number) => i % (shape.at(-1) as number);
      const weightAt = (name: string, i: number) => {
        const at = options.indexOf(name);
        return at < 0 ? 1 : get(weights[at] as Array64, [column(i)]);
      };
      const f = (v: number, i: number) => {
        const target = (t as Array64).data[i] as number;
        const rule = loss === withLogits ? reference.withLogits(weightAt("posWeight", i)) : loss.f;
        return rule(v, target) * weightAt("weight", i);
      };
      return reference.reductions.mean({ shape, data: data.map(f) });
    },
    { label: options.join(" and ") },
  );

const WEIGHTS = [sample([4], { low: 0.5, high: 2, seed: 3 }), sample([4], { low: 0.5, high: 2, seed: 4 })];
const pairOf = (input: { low?: number; high?: number }) => [
  sample([3, 4], input),
  sample([3, 4], { ...UNIT, seed: 2 }),
];

const klOf = (logTarget: boolean): Loss => ({
  name: "kl",
  op: (x, t, r) => weft.kl(x, t, { ...r, logTarget }),
  f: logTarget ? reference.klOfLogs : reference.kl,
  label: logTarget ? "logTarget" : "",
});
const LOGS = { low: -3, high: -0.05 };

export const lossRows: readonly Row[] = [
  { name: "mse", dtypes: FLOAT, tolerance: ROUNDED, cases: distance(mse) },
  { name: "l1", dtypes: FLOAT, tolerance: ROUNDED, cases: distance(l1) },
  {
    name: "smoothL1",
    dtypes: FLOAT,
    tolerance: ROUNDED,
    cases: [...distance(smoothL1()), ...everyCase(smoothL1(0.3)), ...everyCase(smoothL1(0))],
  },
  {
    name: "huber",
    dtypes: FLOAT,
    tolerance: ROUNDED,
    cases: [...distance(huber()), ...everyCase(huber(0.3))],
  },
  {
    name: "binaryCrossEntropy",
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      ...everyCase(binary, { input: UNIT, target: UNIT }),
      weighted(binary, ["weight"], [...pairOf(UNIT), ...WEIGHTS.slice(0, 1)]),
      of(
        { ...binary, label: "certain" },
        [
          sample([7], { values: [0, 1, 0, 1, 0.5, 1e-8, 2e-38] }),
          sample([7], { values: [0, 1, 1, 0, 0.3, 0, 1] }),
        ],
        "none",
        false,
      ),
      makeCase(
        [sample([4], { values: [-0.1, 1.1, NAN, 0.5] }), sample([4], { values: [0, 1, 1, NAN] })],
        (x, t) => weft.binaryCrossEntropy(x as Tensor, t as Tensor, { reduction: "none" }),
        () => ({ shape: [4], data: Float64Array.of(NAN, NAN, NAN, NAN) }),
        { label: "outside [0, 1], and NaN", gradient: false },
      ),
    ],
  },
  {
    name: "binaryCrossEntropyWithLogits",
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      ...everyCase(withLogits, { target: UNIT }),
      weighted(withLogits, ["weight"], [...pairOf({}), ...WEIGHTS.slice(0, 1)]),
      weighted(withLogits, ["posWeight"], [...pairOf({}), ...WEIGHTS.slice(0, 1)]),
      weighted(withLogits, ["weight", "posWeight"], [...pairOf({}), ...WEIGHTS]),
      of(
        { ...withLogits, label: "far out" },
        [sample([4], { values: [100, -200, 1e30, -1e30] }), sample([4], { values: [0, 1, 0, 1] })],
        "none",
        false,
      ),
    ],
  },
  {
    name: "kl",
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      ...everyCase(klOf(false), { input: LOGS, target: UNIT }),
      ...everyCase(klOf(true), { input: LOGS, target: LOGS }),
      ...[[3, 4], [5], []].map((shape) =>
        of(klOf(false), [sample(shape, LOGS), sample(shape, { ...UNIT, seed: 2 })], "batchMean"),
      ),
      of(
        { ...klOf(false), label: "a target of 0" },
        [sample([3], { values: [-1, -2, -INF] }), sample([3], { values: [0, 1, 0.5] })],
        "none",
        false,
      ),
    ],
  },
];
