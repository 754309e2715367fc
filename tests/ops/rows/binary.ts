import type { DType, Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { ANY, type Case, makeCase, ROUNDED, type Row } from "../case.js";
import { binary } from "../reference/elementwise.js";
import { type Sample, sample, storedAs } from "../sample.js";

const PAIRS: readonly (readonly [a: number[], b: number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [4]],
  [[], []],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [[0, 3], [3]],
  [[8, 8], [8]],
  [
    [2, 1, 4],
    [3, 4],
  ],
  [[1030], [1030]],
];

interface BinaryOptions {
  readonly low?: number;
  /** Of the second operand, where it has another range. */
  readonly lowB?: number;
  readonly dtypes?: readonly DType[];
  readonly result?: (dtype: DType) => DType;
  readonly tolerance?: number;
  readonly absolute?: number;
  /** Pairs at the edges; only results are compared. */
  readonly edges?: readonly (readonly [a: number, b: number])[];
  readonly gradient?: boolean;
  /** What the op computes for integers, where it is another function. */
  readonly integers?: ((v: number, w: number) => number) | undefined;
  readonly run?: (a: Tensor | number, b: Tensor | number) => Tensor;
  readonly label?: string;
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const NOT_FINITE: readonly (readonly [number, number])[] = [
  ...[nan, inf, -inf].flatMap((v): [number, number][] => [
    [v, 1],
    [1, v],
    [v, v],
  ]),
  [inf, -inf],
];

export function binaryRow(
  name: keyof typeof weft,
  f: (v: number, w: number) => number,
  options: BinaryOptions = {},
): Row {
  const { low = -2, lowB = low, dtypes = ANY, tolerance = ROUNDED, edges = [], gradient = true } = options;
  const { run = weft[name] as (a: Tensor | number, b: Tensor | number) => Tensor, label: variant = "" } =
    options;
  const { integers = f } = options;
  const op = run as Case["run"];
  const define = binary(f);
  const first = (shape: readonly number[], lie: Sample["lie"] = "plain") => sample(shape, { low, lie });
  const second = (shape: readonly number[], lie: Sample["lie"] = "plain") =>
    sample(shape, { low: lowB, lie, seed: 2 });
  const scalar = (v: number) => ({ shape: [], data: Float64Array.of(v) });
  const labelled = (label: string) => [variant, label].filter(Boolean).join(", ");
  const simple = { gradient, label: variant };
  return {
    name,
    dtypes,
    ...(options.result && { result: options.result }),
    tolerance,
    ...(options.absolute !== undefined && { absolute: options.absolute }),
    cases: [
      ...PAIRS.map(([a, b]) => makeCase([first(a), second(b)], op, define, simple)),
      makeCase([first([5, 4], "transposed"), second([4])], op, define, simple),
      makeCase([first([3, 4], "sliced"), second([3, 4], "expanded")], op, define, simple),
      makeCase([first([3, 5], "sliced"), second([3, 5], "transposed")], op, define, simple),
      ...(["i32", "u32"] as const)
        .filter((dtype) => dtypes.includes(dtype))
        .flatMap((dtype) => integerCases(op, integers, dtype, options.result?.(dtype) ?? dtype, variant)),
      makeCase(
        [first([2, 3])],
        (x) => run(x as Tensor, 1.5),
        (x) => define(x, scalar(1.5)),
        {
          ...{ gradient, typed: false, label: labelled("with a number") },
        },
      ),
      makeCase(
        [second([2, 3])],
        (x) => run(1.5, x as Tensor),
        (x) => define(scalar(1.5), x),
        {
          ...{ gradient, typed: false, label: labelled("with a number first") },
        },
      ),
      makeCase(
        [first([2, 3], "transposed")],
        (x) => run(x as Tensor, 2),
        (x) => define(x, scalar(2)),
        {
          ...{ gradient, typed: false, label: labelled("with a whole number") },
        },
      ),
      ...[...edges, ...NOT_FINITE].map(([v, w]) =>
        makeCase([sample([1], { values: [v] }), sample([1], { values: [w] })], op, define, {
          ...{ gradient: false, typed: false, label: labelled(`of ${v} and ${w}`) },
        }),
      ),
    ].filter(({ inputs }) => dtypes.includes("f32") || inputs[0]?.dtype !== "f32"),
  };
}

/** Integers truncate, and wrap where a result has no place in 32 bits. */
function integerCases(
  op: Case["run"],
  f: (v: number, w: number) => number,
  dtype: DType,
  result: DType,
  variant: string,
): Case[] {
  const define = binary((v, w) => storedAs(result, f(v, w)));
  const low = dtype === "i32" ? -9 : 0;
  const positive = { dtype, low: 1, high: 9, seed: 2 };
  const labelled = (label: string) => ({ label: [variant, label].filter(Boolean).join(", "), typed: false });
  return [
    makeCase([sample([3, 5], { dtype, low, high: 9 }), sample([5], positive)], op, define, labelled("")),
    makeCase(
      [
        sample([5, 7], { dtype, low, high: 9, lie: "transposed" }),
        sample([5, 7], { ...positive, lie: "sliced" }),
      ],
      op,
      define,
      labelled(""),
    ),
    makeCase(
      [
        sample([2], { dtype, values: [2 ** 31 - 1, 2 ** 20 + 1] }),
        sample([2], { dtype, values: [3, 2 ** 20 + 3] }),
      ],
      op,
      define,
      labelled("overflow"),
    ),
  ];
}
