import * as weft from "@weft/tensor";
import { ANY, EXACT, makeCase, ROUNDED, type Row } from "../case.js";
import { sigmoid, unary } from "../reference/elementwise.js";
import { erf, erfinv, gelu, roundHalfToEven } from "../reference/special.js";
import { sample } from "../sample.js";
import { exact, merged, unaryRow } from "./elementwise.js";

const rounding = { ...exact, kinks: [0.5, -0.5, 1.5, 2.5, -2.5, 0, 1e30, -1e30] };
const softplus = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
const geluTanh = (v: number): number =>
  v === Number.NEGATIVE_INFINITY ? 0 : v * sigmoid(2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3));
const test = { kind: "test", tolerance: EXACT } as const;

export const unaryRows: readonly Row[] = [
  unaryRow("neg", (v) => -v, { ...exact, extremes: [1e38, -0] }),
  unaryRow("abs", Math.abs, { ...exact, extremes: [-1e38], kinks: [0, -1e-30] }),
  unaryRow("sign", Math.sign, { ...exact, extremes: [1e38], kinks: [0, -1e-30] }),
  unaryRow("square", (v) => v * v, { kind: "number", extremes: [-1e15, 0], tolerance: ROUNDED }),
  unaryRow("sqrt", Math.sqrt, { low: 0.1, high: 3, extremes: [1e-30, 1e30], kinks: [0, -1] }),
  unaryRow("rsqrt", (v) => 1 / Math.sqrt(v), { low: 0.1, high: 3, extremes: [1e-20, 1e20], kinks: [0, -1] }),
  unaryRow("reciprocal", (v) => 1 / v, { low: 0.3, extremes: [1e-10, -1e10], kinks: [0] }),
  unaryRow("exp", Math.exp, { extremes: [-200, -80, 0, 80, 200], absolute: 1e-30 }),
  unaryRow("expm1", Math.expm1, {
    extremes: [-200, -1, -0.4, -1e-8, 0, 1e-5, 0.49, 0.51, 80, 200],
    absolute: 1e-30,
  }),
  unaryRow("log", Math.log, { low: 0.1, high: 3, extremes: [1e-30, 1, 1e30], kinks: [0, -1] }),
  unaryRow("log1p", Math.log1p, {
    low: -0.6,
    extremes: [-0.99, -1e-8, 0, 1e-5, 0.49, 0.51, 1e30],
    kinks: [-1, -2],
    absolute: 1e-30,
  }),
  unaryRow("log2", Math.log2, { low: 0.1, high: 3, extremes: [1e-30, 1, 8, 1e30], kinks: [0, -1] }),
  unaryRow("sin", Math.sin, {
    low: -8,
    high: 8,
    extremes: [0, 1e-8, 3, 100, -1000],
    kinks: [1e5, 4095, 4097, 1e6, -3e7, 1e10, 1.5e20, -3.4e38],
  }),
  unaryRow("cos", Math.cos, {
    low: -8,
    high: 8,
    extremes: [0, 1.5, 100, -1000],
    kinks: [1e5, 4097, 1e6, -3e7, 1.5e20],
  }),
  unaryRow("tan", Math.tan, { low: -1.4, high: 1.4, extremes: [0, 1e-8, 4, -100], kinks: [1e6, -3e7] }),
  unaryRow("asin", Math.asin, { low: -0.9, high: 0.9, extremes: [0, 1e-8, 0.99], kinks: [-1, 1, 1.5] }),
  unaryRow("acos", Math.acos, { low: -0.9, high: 0.9, extremes: [0, -0.99, 0.99], kinks: [-1, 1, 1.5] }),
  unaryRow("atan", Math.atan, { extremes: [0, 1e-8, -0.41, 0.42, 1, -1e30] }),
  unaryRow("sinh", Math.sinh, {
    extremes: [0, 1e-8, -0.99, 1.01, 80, -80],
    kinks: [89, 200],
    absolute: 1e-30,
  }),
  unaryRow("cosh", Math.cosh, { extremes: [0, 1e-8, 80, -80], kinks: [89, 200] }),
  unaryRow("tanh", Math.tanh, {
    extremes: [-1e30, -100, -1, -1e-2, -1e-8, 0, 1e-5, 1e-3, 0.02, 1, 100],
    absolute: 1e-30,
  }),
  unaryRow("sigmoid", sigmoid, { extremes: [-1e30, -100, -20, 0, 20, 100, 1e30], absolute: 1e-30 }),
  unaryRow("logSigmoid", (v) => -softplus(-v), { extremes: [-1e30, -100, -20, 0, 20, 100], absolute: 1e-30 }),
  merged(
    unaryRow("softplus", softplus, { extremes: [-100, -20, 0, 20, 100, 1e30], absolute: 1e-30 }),
    unaryRow("softplus", (v) => softplus(3 * v) / 3, {
      run: (x) => weft.softplus(x, { beta: 3 }),
      label: "beta 3",
    }),
  ),
  unaryRow("silu", (v) => (v === Number.NEGATIVE_INFINITY ? 0 : v * sigmoid(v)), {
    extremes: [-200, -20, 0, 20, 1e30],
  }),
  merged(
    unaryRow("gelu", gelu, { extremes: [-200, -13, -5, -1, -0.5, 0, 1e-8, 0.71, 5, 1e30] }),
    unaryRow("gelu", geluTanh, {
      run: (x) => weft.gelu(x, { approximate: "tanh" }),
      label: "tanh",
      extremes: [-200, -5, 0, 1e-8, 5],
    }),
  ),
  unaryRow("relu", (v) => (Number.isNaN(v) ? v : Math.max(v, 0)), {
    ...exact,
    extremes: [-1e38, 1e38],
    kinks: [0],
  }),
  merged(
    unaryRow("leakyRelu", (v) => (v < 0 ? 0.01 * v : v), { extremes: [-1e38, 1e38], kinks: [0] }),
    unaryRow("leakyRelu", (v) => (v < 0 ? 0.3 * v : v), {
      run: (x) => weft.leakyRelu(x, { negativeSlope: 0.3 }),
      label: "slope 0.3",
    }),
  ),
  merged(
    unaryRow("elu", (v) => (v < 0 ? Math.expm1(v) : v), { extremes: [-200, -1e-5, 1e38], kinks: [0] }),
    unaryRow("elu", (v) => (v < 0 ? 2 * Math.expm1(v) : v), {
      run: (x) => weft.elu(x, { alpha: 2 }),
      label: "alpha 2",
    }),
  ),
  unaryRow("erf", erf, { extremes: [-10, -4, -1, -0.49, 0, 1e-8, 0.51, 3, 1e30], absolute: 1e-30 }),
  unaryRow("erfinv", erfinv, {
    low: -0.95,
    high: 0.95,
    extremes: [0, 1e-8, -0.5, 0.97],
    kinks: [-1e-20, 0.99, -0.9999, 0.999999, 1 - 2 ** -24, -1, 1, 1.5],
    tolerance: ROUNDED,
  }),
  unaryRow("floor", Math.floor, rounding),
  unaryRow("ceil", Math.ceil, rounding),
  unaryRow("round", roundHalfToEven, rounding),
  unaryRow("trunc", Math.trunc, rounding),
  merged(
    unaryRow("clamp", (v) => (Number.isNaN(v) ? v : Math.min(Math.max(v, -1), 1)), {
      ...{ kind: "number", tolerance: EXACT, label: "to [−1, 1]", run: (x) => weft.clamp(x, -1, 1) },
      extremes: [-1e38, 1e38],
    }),
    unaryRow("clamp", (v) => (Number.isNaN(v) ? v : Math.max(v, 1)), {
      ...{ kind: "number", tolerance: EXACT, label: "from 1", run: (x) => weft.clamp(x, 1) },
    }),
    unaryRow("clamp", (v) => (Number.isNaN(v) ? v : 0), {
      ...{
        kind: "number",
        tolerance: EXACT,
        label: "between crossed bounds",
        run: (x) => weft.clamp(x, 1, 0),
      },
    }),
  ),
  unaryRow("isNaN", (v) => Number(Number.isNaN(v)), { ...test, kinks: [0, 1e38] }),
  unaryRow("isFinite", (v) => Number(Number.isFinite(v)), { ...test, kinks: [0, -3.4e38] }),
  unaryRow("logicalNot", (v) => Number(v === 0), { ...test, kinks: [0, -0, 1e-30] }),
  {
    name: "bitwiseNot",
    dtypes: ["i32", "u32", "bool"],
    tolerance: EXACT,
    cases: [
      makeCase(
        [sample([2, 3], { dtype: "i32", low: -9, high: 9 })],
        weft.bitwiseNot,
        unary((v) => ~v),
      ),
      makeCase(
        [sample([3], { dtype: "i32", lie: "sliced", values: [0, -1, 2 ** 31 - 1] })],
        weft.bitwiseNot,
        unary((v) => ~v),
      ),
      makeCase(
        [sample([2], { dtype: "u32", values: [0, 2 ** 32 - 1] })],
        weft.bitwiseNot,
        unary((v) => ~v),
      ),
      makeCase(
        [sample([4], { dtype: "bool", low: -1, high: 1 })],
        weft.bitwiseNot,
        unary((v) => 1 - v),
      ),
    ],
  },
  {
    name: "cast",
    dtypes: ANY,
    tolerance: EXACT,
    result: () => "f32",
    cases: [
      ...[sample([2, 3]), sample([3, 4], { lie: "transposed" }), sample([0, 3]), sample([])].map((input) =>
        makeCase(
          [input],
          (x) => weft.cast(x, "f32"),
          (x) => x,
          { label: "to f32" },
        ),
      ),
      makeCase([sample([3, 4], { lie: "transposed" })], (x) => weft.cast(x, "i32"), unary(Math.trunc), {
        ...{ label: "to i32", gradient: false, typed: false },
      }),
      makeCase([sample([1031], { low: 0 })], (x) => weft.cast(x, "u32"), unary(Math.trunc), {
        ...{ label: "to u32", gradient: false, typed: false },
      }),
      makeCase(
        [sample([4], { values: [0, -0.5, 2, Number.NaN] })],
        (x) => weft.cast(x, "bool"),
        unary((v) => Number(v !== 0)),
        { label: "to bool", gradient: false, typed: false },
      ),
      makeCase(
        [sample([4], { values: [5e9, -5e9, -0.9, Number.NaN] })],
        (x) => weft.cast(x, "i32"),
        // The largest i32 that f32 holds.
        (x) => ({ ...x, data: Float64Array.of(2 ** 31 - 128, -(2 ** 31), 0, 0) }),
        { label: "saturated", gradient: false, typed: false },
      ),
      makeCase(
        [sample([7], { dtype: "i32", low: -9, high: 9 })],
        (x) => weft.cast(x, "u32"),
        unary((v) => v >>> 0),
        {
          label: "wraps to u32",
        },
      ),
    ],
  },
];
