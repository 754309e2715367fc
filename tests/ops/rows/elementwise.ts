import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { ANY, type Case, FLOAT, makeCase, ROUNDED, type Row, TRANSCENDENTAL } from "../case.js";
import { binary, unary } from "../reference/elementwise.js";
import { type DType, type Sample, sample } from "../sample.js";

/** Shapes and lies that every elementwise op must take. */
const forms = (options: Parameters<typeof sample>[1]): Sample[] => [
  sample([2, 3], options),
  sample([], options),
  sample([0, 3], options),
  sample([5, 7], { ...options, lie: "transposed" }),
  sample([8, 12], { ...options, lie: "transposed" }),
  sample([4, 3, 3], { ...options, lie: "sliced" }),
  sample([2, 9, 4], { ...options, lie: "sliced" }),
  sample([301], { ...options, lie: "sliced" }),
  sample([3, 4], { ...options, lie: "expanded" }),
  sample([1031], options),
];

interface UnaryOptions {
  readonly low?: number;
  readonly high?: number;
  readonly tolerance?: number;
  /** Largest absolute error, for functions that are accurate near 0 too. */
  readonly absolute?: number;
  /** Numbers at the edge of what f32 holds. */
  readonly extremes?: readonly number[];
  /** Numbers where a difference quotient says nothing: only results are compared. */
  readonly kinks?: readonly number[];
}

export function unaryRow(name: keyof typeof weft, f: (v: number) => number, options: UnaryOptions = {}): Row {
  const { low = -2, high = 2, tolerance = TRANSCENDENTAL, extremes = [], kinks = [] } = options;
  const op = weft[name] as (x: Tensor) => Tensor;
  const special = (label: string, value: number, gradient: boolean) =>
    makeCase([sample([1], { values: [value] })], op, unary(f), { label: `${label} ${value}`, gradient });
  return {
    name,
    dtypes: FLOAT,
    tolerance,
    ...(options.absolute !== undefined && { absolute: options.absolute }),
    cases: [
      ...forms({ low, high }).map((input) => makeCase([input], op, unary(f))),
      ...extremes.map((value) => special("at", value, true)),
      ...kinks.map((value) => special("at", value, false)),
    ],
  };
}

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

export function binaryRow(
  name: keyof typeof weft,
  f: (v: number, w: number) => number,
  { low = -2 }: { readonly low?: number } = {},
): Row {
  const op = weft[name] as (a: Tensor | number, b: Tensor | number) => Tensor;
  const define = binary(f);
  const first = (shape: readonly number[], lie: Sample["lie"] = "plain") => sample(shape, { low, lie });
  const second = (shape: readonly number[], lie: Sample["lie"] = "plain") =>
    sample(shape, { low, lie, seed: 2 });
  const scalar = { shape: [], data: Float64Array.of(1.5) };
  return {
    name,
    dtypes: ANY,
    tolerance: ROUNDED,
    cases: [
      ...PAIRS.map(([a, b]) => makeCase([first(a), second(b)], op, define)),
      makeCase([first([5, 4], "transposed"), second([4])], op, define),
      makeCase([first([3, 4], "sliced"), second([3, 4], "expanded")], op, define),
      makeCase([first([3, 5], "sliced"), second([3, 5], "transposed")], op, define),
      ...(["i32", "u32"] as const).flatMap((dtype) => integerCases(op, f, dtype)),
      makeCase(
        [first([2, 3])],
        (x) => op(x as Tensor, 1.5),
        (x) => define(x, scalar),
        { label: "with a number" },
      ),
      makeCase(
        [first([2, 3])],
        (x) => op(1.5, x as Tensor),
        (x) => define(scalar, x),
        { label: "with a number first" },
      ),
    ],
  };
}

/** Integers truncate, and wrap where a result has no place in 32 bits. */
function integerCases(op: Case["run"], f: (v: number, w: number) => number, dtype: DType): Case[] {
  const store = dtype === "i32" ? (v: number) => Math.trunc(v) | 0 : (v: number) => Math.trunc(v) >>> 0;
  const define = binary((v, w) => store(f(v, w)));
  const low = dtype === "i32" ? -9 : 0;
  const positive = { dtype, low: 1, high: 9, seed: 2 };
  return [
    makeCase([sample([3, 5], { dtype, low, high: 9 }), sample([5], positive)], op, define),
    makeCase(
      [
        sample([5, 7], { dtype, low, high: 9, lie: "transposed" }),
        sample([5, 7], { ...positive, lie: "sliced" }),
      ],
      op,
      define,
    ),
    makeCase(
      [
        sample([2], { dtype, values: [2 ** 31 - 1, 2 ** 20 + 1] }),
        sample([2], { dtype, values: [3, 2 ** 20 + 3] }),
      ],
      op,
      define,
      { label: "overflow" },
    ),
  ];
}
