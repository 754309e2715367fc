import { layerNorm, ones, rmsNorm, type Tensor } from "@weft/tensor";
import type { Array64 } from "../array.js";
import { type Case, FLOAT, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { normalize } from "../reference/norm.js";
import { type Sample, sample } from "../sample.js";

type Name = "layerNorm" | "rmsNorm";

interface NormCase {
  readonly x: Sample;
  /** How many of the last axes are normalised together. */
  readonly axes?: number;
  readonly isWeighted?: boolean;
  readonly isBiased?: boolean;
  readonly eps?: number;
  readonly label?: string;
  readonly gradient?: boolean;
}

function caseOf(name: Name, { x, axes = 1, isWeighted, isBiased, label = "", ...options }: NormCase): Case {
  const isCentered = name === "layerNorm";
  const { eps = isCentered ? 1e-5 : 2 ** -23, gradient = true } = options;
  const shape = x.array.shape.slice(x.array.shape.length - axes);
  const weight = isWeighted ? [sample(shape, { seed: 2 })] : [];
  const bias = isBiased ? [sample(shape, { seed: 3 })] : [];
  const split = <T>(parts: readonly T[]): [T | undefined, T | undefined] =>
    isWeighted ? [parts[0], parts[1]] : [undefined, parts[0]];
  return makeCase(
    [x, ...weight, ...bias],
    (x, ...parts) => {
      const [weight, bias] = split<Tensor>(parts);
      const given = { ...(weight && { weight }), eps };
      return isCentered
        ? layerNorm(x as Tensor, shape, { ...given, ...(bias && { bias }) })
        : rmsNorm(x as Tensor, shape, given);
    },
    (x, ...parts) => normalize([x as Array64, ...split<Array64>(parts)], axes, { eps, isCentered }),
    {
      label: [label, isWeighted && "weight", isBiased && "bias", axes > 1 && `${axes} axes`]
        .filter(Boolean)
        .join(", "),
      gradient,
    },
  );
}

const both: readonly NormCase[] = [
  { x: sample([2, 3]) },
  { x: sample([3, 4]), isWeighted: true },
  { x: sample([7]) },
  { x: sample([2, 3, 4]), axes: 2, isWeighted: true },
  { x: sample([2, 3, 2]), axes: 3 },
  { x: sample([1, 2, 1, 2, 1, 3, 1, 2]), axes: 3 },
  { x: sample([2, 85]) },
  { x: sample([2, 600]), isWeighted: true },
  { x: sample([5, 4], { lie: "transposed" }), isWeighted: true },
  { x: sample([5, 4], { lie: "sliced" }) },
  { x: sample([5, 4], { lie: "expanded" }) },
  { x: sample([0, 3]), isWeighted: true },
  { x: sample([3, 0]) },
  { x: sample([3, 4]), eps: 0.5, label: "eps 0.5" },
];

const cases = (name: Name, more: readonly NormCase[]): Case[] =>
  [...both, ...more].map((example) => caseOf(name, example));

const centered: readonly NormCase[] = [
  ...[false, true].map((isWeighted) => ({ x: sample([3, 4]), isWeighted, isBiased: true })),
  { x: sample([2, 2, 3]), axes: 2, isWeighted: true, isBiased: true },
  // The digits that are left of an offset of 10⁶ are eighths: they are not lost further.
  {
    x: sample([2, 4], { values: [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3, -1e6, -1e6 + 2, -1e6 + 0.5, -1e6 + 1] }),
    label: "on a large offset",
    gradient: false,
  },
  { x: sample([2, 2], { values: [Number.NaN, 1, 1, 2] }), label: "NaN", gradient: false },
];

/** What PyTorch's float32 gives 1e-5 for is exactly 0. */
const constants: readonly Case[] = [
  sample([2, 3], { values: [7.3, 7.3, 7.3, -0.1, -0.1, -0.1] }),
  sample([3, 1], { values: [5, -2.7, 0] }),
  sample([1, 300], { values: Array.from({ length: 300 }, () => 0.7) }),
].map((x) =>
  makeCase(
    [x],
    (x) => layerNorm(x, x.shape.at(-1) as number).mul(1e30),
    (x) => ({ shape: x.shape, data: x.data.map(() => 0) }),
    { label: "constants", gradient: false, typed: false },
  ),
);

export const normRows: readonly Row[] = [
  {
    name: "layerNorm",
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      ...cases("layerNorm", centered),
      ...constants,
      makeCase(
        [sample([1, 2], { values: [1e30, -1e30] })],
        (x) => layerNorm(x, 2),
        (x) => ({ shape: x.shape, data: Float64Array.of(0, 0) }),
        { label: "a variance beyond f32", gradient: false },
      ),
    ],
  },
  {
    name: "rmsNorm",
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      ...cases("rmsNorm", [
        { x: sample([2, 2], { values: [Number.NaN, 1, 1, 2] }), label: "NaN", gradient: false },
      ]),
      makeCase(
        [sample([2, 3], { values: [0, 0, 0, 1e-30, 0, 0] })],
        (x) => rmsNorm(x, 3, { weight: ones([3]) }),
        (x) => normalize([x], 1, { eps: 2 ** -23, isCentered: false }),
        { label: "zeros", gradient: false, typed: false },
      ),
    ],
  },
];
