import type { DType, Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { ANY, EXACT, isFloat, makeCase, NUMBER, type Row, TRANSCENDENTAL } from "../case.js";
import { unary } from "../reference/elementwise.js";
import { type Sample, sample } from "../sample.js";

/** Shapes and lies that every elementwise op must take. */
export const forms = (options: Parameters<typeof sample>[1]): Sample[] => [
  sample([2, 3], options),
  sample([], options),
  sample([0, 3], options),
  sample([5, 7], { ...options, lie: "transposed" }),
  sample([8, 12], { ...options, lie: "transposed" }),
  sample([4, 3, 3], { ...options, lie: "sliced" }),
  sample([2, 9, 4], { ...options, lie: "sliced" }),
  sample([301], { ...options, lie: "sliced" }),
  sample([3, 4], { ...options, lie: "expanded" }),
  sample([2, 1, 3, 1, 2, 1, 2, 2], options),
  sample([1031], options),
];

const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

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
  /** What becomes of dtypes; see ops/elementwise/unary.ts. */
  readonly kind?: "float" | "number" | "test";
  readonly dtypes?: readonly DType[];
  /** The op with its options, and a label for them. */
  readonly run?: (x: Tensor) => Tensor;
  readonly label?: string;
}

const RESULTS = {
  float: (dtype: DType): DType => (isFloat(dtype) ? dtype : "f32"),
  number: (dtype: DType): DType => dtype,
  test: (): DType => "bool",
};

export function unaryRow(name: keyof typeof weft, f: (v: number) => number, options: UnaryOptions = {}): Row {
  const {
    low = -2,
    high = 2,
    tolerance = TRANSCENDENTAL,
    extremes = [],
    kinks = [],
    kind = "float",
  } = options;
  const { run = weft[name] as (x: Tensor) => Tensor, label: variant = "" } = options;
  const differentiable = kind !== "test";
  const special = (value: number, gradient: boolean) =>
    makeCase([sample([1], { values: [value] })], run, unary(f), {
      label: [variant, `at ${value}`].filter(Boolean).join(", "),
      gradient: gradient && differentiable,
      typed: false,
    });
  return {
    name,
    dtypes: options.dtypes ?? (kind === "number" ? NUMBER : ANY),
    result: RESULTS[kind],
    tolerance,
    ...(options.absolute !== undefined && { absolute: options.absolute }),
    cases: [
      ...forms({ low, high }).map((input) =>
        makeCase([input], run, unary(f), { gradient: differentiable, label: variant }),
      ),
      ...extremes.map((value) => special(value, true)),
      ...[...kinks, ...NOT_FINITE].map((value) => special(value, false)),
    ],
  };
}

/** The cases of several rows of one op, such as one for each of its options. */
export const merged = (first: Row, ...others: readonly Row[]): Row => ({
  ...first,
  cases: [first, ...others].flatMap(({ cases }) => cases),
});

export const exact = { tolerance: EXACT, kind: "number" } as const;
