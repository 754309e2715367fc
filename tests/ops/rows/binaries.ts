import type { DType, Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { type Array64, build, get } from "../array.js";
import { ANY, EXACT, FLOAT, isFloat, makeCase, NUMBER, type Row, TRANSCENDENTAL } from "../case.js";
import { binary } from "../reference/elementwise.js";
import { type Lie, type Sample, sample } from "../sample.js";
import { binaryRow } from "./binary.js";
import { merged } from "./elementwise.js";

const asFloat = (dtype: DType): DType => (isFloat(dtype) ? dtype : "f32");
const divided = { lowB: 0.5, tolerance: TRANSCENDENTAL, absolute: 1e-5 };
const floorRemainder = (v: number, w: number): number => {
  const r = v % w;
  return r !== 0 && r < 0 !== w < 0 ? r + w : r;
};
/** Python's v // w: NaN for an infinite v, −1 for 1 // −∞. */
function floorQuotient(v: number, w: number): number {
  if (w === 0) return v / w;
  const r = v % w;
  return Math.round((v - r) / w) - Number(r !== 0 && r < 0 !== w < 0);
}
const largest = (v: number, w: number) => Math.max(v, w);
const smallest = (v: number, w: number) => Math.min(v, w);
const test =
  (f: (v: number, w: number) => boolean): Parameters<typeof binaryRow>[1] =>
  (v, w) =>
    Number(f(v, w));
const tests = { result: (): DType => "bool", tolerance: EXACT, gradient: false } as const;
const bits = { dtypes: ["i32", "u32", "bool"] as const, tolerance: EXACT, gradient: false };
const shifts = { ...bits, dtypes: ["i32", "u32"] as const };

/** Cases of two operands of dtype bool. */
const ofBools = (name: keyof typeof weft, f: (v: number, w: number) => number): Row => ({
  name,
  ...bits,
  cases: [
    makeCase(
      [
        sample([4], { dtype: "bool", values: [0, 0, 1, 1] }),
        sample([4], { dtype: "bool", values: [0, 1, 0, 1] }),
      ],
      weft[name] as (a: Tensor, b: Tensor) => Tensor,
      binary(f),
    ),
  ],
});

export const binaryRows: readonly Row[] = [
  binaryRow("add", (v, w) => v + w, { dtypes: NUMBER }),
  binaryRow("sub", (v, w) => v - w, { dtypes: NUMBER }),
  binaryRow("mul", (v, w) => v * w),
  merged(
    binaryRow("div", (v, w) => v / w, {
      ...{
        low: 0.5,
        result: asFloat,
        edges: [
          [1, 0],
          [-1, 0],
          [0, 0],
          [1e30, 1e-30],
        ],
      },
    }),
    ...(
      [
        ["trunc", (v, w) => Math.trunc(v / w)],
        ["floor", floorQuotient],
      ] as const satisfies readonly (readonly [string, (v: number, w: number) => number])[]
    )
      .map(([roundingMode, rounded]) =>
        binaryRow("div", rounded, {
          ...{
            lowB: 0.5,
            dtypes: NUMBER,
            label: roundingMode,
            edges: [
              [6, 2],
              [7, -2],
              [-6.5, 2],
              [1, 0],
              [0.3, 0.1],
            ],
          },
          run: (a, b) => weft.div(a as Tensor, b, { roundingMode }),
        }),
      )
      .map((row) => ({ ...row, cases: row.cases.map((example) => ({ ...example, typed: false })) })),
  ),
  binaryRow("remainder", floorRemainder, {
    ...divided,
    dtypes: NUMBER,
    edges: [
      [6, 2],
      [-6, 4],
      [6, -4],
      [-3, 3],
      [5.5, -2],
      [0, 5],
      [3, 0],
    ],
  }),
  binaryRow("fmod", (v, w) => v % w, {
    ...divided,
    dtypes: NUMBER,
    edges: [
      [6, 2],
      [-6, 4],
      [6, -4],
      [-3, 3],
      [5.5, -2],
      [0, 5],
      [3, 0],
    ],
  }),
  binaryRow("pow", (v, w) => (v === 1 ? 1 : v ** w), {
    ...{ low: 0.2, lowB: -2, tolerance: TRANSCENDENTAL, dtypes: NUMBER },
    integers: (v, w) => Number(BigInt.asIntN(32, BigInt(v) ** BigInt(w))),
    edges: [
      [0, 0],
      [0, 2],
      [0, -1],
      [-2, 3],
      [-2, 2],
      [-2, 0.5],
      [-2, -3],
      [3, 10],
      [10, 38],
      [10, -30],
      [2, 0],
      [-1, 1e9],
      [0.5, 200],
    ],
  }),
  binaryRow("atan2", Math.atan2, {
    ...{ result: asFloat, tolerance: TRANSCENDENTAL },
    edges: [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
      [0, 0],
      [1e-30, 1],
      [1e30, -1e30],
    ],
  }),
  binaryRow("maximum", largest, { edges: [[1e38, -1e38]], tolerance: EXACT }),
  binaryRow("minimum", smallest, { edges: [[1e38, -1e38]], tolerance: EXACT }),
  binaryRow(
    "eq",
    test((v, w) => v === w),
    {
      ...tests,
      edges: [
        [1, 1],
        [0, -0],
        [1, 2],
      ],
    },
  ),
  binaryRow(
    "ne",
    test((v, w) => v !== w),
    {
      ...tests,
      edges: [
        [1, 1],
        [0, -0],
        [1, 2],
      ],
    },
  ),
  binaryRow(
    "lt",
    test((v, w) => v < w),
    {
      ...tests,
      edges: [
        [1, 1],
        [1, 2],
        [-1, -2],
      ],
    },
  ),
  binaryRow(
    "le",
    test((v, w) => v <= w),
    {
      ...tests,
      edges: [
        [1, 1],
        [1, 2],
        [-1, -2],
      ],
    },
  ),
  binaryRow(
    "gt",
    test((v, w) => v > w),
    {
      ...tests,
      edges: [
        [1, 1],
        [1, 2],
        [-1, -2],
      ],
    },
  ),
  binaryRow(
    "ge",
    test((v, w) => v >= w),
    {
      ...tests,
      edges: [
        [1, 1],
        [1, 2],
        [-1, -2],
      ],
    },
  ),
  binaryRow(
    "logicalAnd",
    test((v, w) => v !== 0 && w !== 0),
    {
      ...tests,
      edges: [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    },
  ),
  binaryRow(
    "logicalOr",
    test((v, w) => v !== 0 || w !== 0),
    {
      ...tests,
      edges: [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    },
  ),
  binaryRow(
    "logicalXor",
    test((v, w) => (v !== 0) !== (w !== 0)),
    {
      ...tests,
      edges: [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    },
  ),
  merged(
    binaryRow("bitwiseAnd", (v, w) => v & w, bits),
    ofBools("bitwiseAnd", (v, w) => v & w),
  ),
  merged(
    binaryRow("bitwiseOr", (v, w) => v | w, bits),
    ofBools("bitwiseOr", (v, w) => v | w),
  ),
  merged(
    binaryRow("bitwiseXor", (v, w) => v ^ w, bits),
    ofBools("bitwiseXor", (v, w) => v ^ w),
  ),
  binaryRow("bitwiseLeftShift", (v, w) => (w > 31 ? 0 : v << w), shifts),
  binaryRow("bitwiseRightShift", (v, w) => Math.floor(v / 2 ** w), shifts),
  {
    name: "where",
    dtypes: ["bool"],
    result: () => "f32",
    tolerance: EXACT,
    cases: [
      ...(
        [
          [
            [2, 3],
            [2, 3],
            [2, 3],
          ],
          [[3], [2, 1], []],
          [[2, 1], [3], [2, 3]],
          [[0, 3], [3], [3]],
          [[], [], []],
          [[4, 1, 3], [2, 1], [3]],
          [[1030], [1030], []],
        ] as const
      ).map(([condition, a, b]) => choice(truth(condition), sample(a), sample(b, { seed: 2 }))),
      ...(["transposed", "sliced", "expanded"] as const).map((lie: Lie) =>
        choice(truth([3, 4], lie), sample([3, 4], { lie }), sample([3, 4], { lie, seed: 2 })),
      ),
      choice(truth([2]), sample([2], { values: [Number.NaN, Number.NaN] }), sample([2]), false),
      choice(
        truth([9]),
        sample([9], { dtype: "i32", low: -9, high: 9 }),
        sample([9], { dtype: "i32", seed: 2 }),
      ),
    ],
  },
  {
    name: "maskedFill",
    dtypes: ANY,
    tolerance: EXACT,
    cases: [
      [sample([2, 3]), truth([2, 3])],
      [sample([2, 3]), truth([3])],
      [sample([3, 4], { lie: "transposed" }), truth([2, 1, 4])],
      [sample([0, 3]), truth([3])],
      [sample([]), truth([])],
    ].map((inputs) =>
      makeCase(
        inputs as Sample[],
        (x, mask) => weft.maskedFill(x as Tensor, mask as Tensor, (x as Tensor).dtype === "bool" ? true : 1),
        (x, mask) => select(mask as Array64, { shape: [], data: Float64Array.of(1) }, x as Array64),
      ),
    ),
  },
  blend("lerp", (a, b, w) => a + w * (b - a), weft.lerp),
  blend(
    "addcmul",
    (x, a, b) => x + 0.5 * a * b,
    (x, a, b) => weft.addcmul(x, a, b, { value: 0.5 }),
  ),
  blend(
    "addcdiv",
    (x, a, b) => x + (2 * a) / b,
    (x, a, b) => weft.addcdiv(x, a, b, { value: 2 }),
  ),
];

function truth(shape: readonly number[], lie: Lie = "plain"): Sample {
  return sample(shape, { dtype: "bool", low: -1, high: 1, lie, seed: 3 });
}

function select(condition: Array64, a: Array64, b: Array64): Array64 {
  const { shape } = binary((v) => v)(condition, binary((v) => v)(a, b));
  return build(shape, (i) => (get(condition, i) === 0 ? get(b, i) : get(a, i)));
}

function choice(condition: Sample, a: Sample, b: Sample, gradient = true) {
  return makeCase([condition, a, b], weft.where as never, select as never, { gradient });
}

/** An op of three tensors that broadcast. */
function blend(
  name: "lerp" | "addcmul" | "addcdiv",
  f: (a: number, b: number, c: number) => number,
  run: (a: Tensor, b: Tensor, c: Tensor) => Tensor,
): Row {
  const of = (shapes: readonly (readonly number[])[], lie: Lie = "plain") =>
    shapes.map((shape, i) => sample(shape, { low: 0.5, lie, seed: i + 1 }));
  const reference = (a: Array64, b: Array64, c: Array64): Array64 => {
    const { shape } = binary((v) => v)(a, binary((v) => v)(b, c));
    return build(shape, (i) => f(get(a, i), get(b, i), get(c, i)));
  };
  return {
    name,
    dtypes: FLOAT,
    tolerance: TRANSCENDENTAL,
    cases: [
      of([
        [2, 3],
        [2, 3],
        [2, 3],
      ]),
      of([[3], [2, 1], []]),
      of([[], [], []]),
      of([[0, 3], [3], [3]]),
      of(
        [
          [3, 4],
          [3, 4],
          [3, 4],
        ],
        "transposed",
      ),
      of(
        [
          [3, 4],
          [3, 4],
          [3, 4],
        ],
        "sliced",
      ),
    ].map((inputs) => makeCase(inputs, run as never, reference as never)),
  };
}
