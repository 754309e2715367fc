import {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  type Tensor,
} from "@weft/tensor";
import { type Array64, reshaped } from "../array.js";
import { EXACT, FLOAT, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { avgPool, maxPool } from "../reference/convolution.js";
import { type Sample, sample } from "../sample.js";

type Pair = readonly [y: number, x: number];

interface Example<Options> {
  readonly input: Sample;
  readonly kernel: Pair;
  readonly options: Options;
  /** Height and width of the result. */
  readonly result: Pair;
  readonly gradient?: boolean;
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const SIZE = [2, 2, 5, 6] as const;

const MAX: readonly Example<MaxPoolOptions>[] = [
  { input: sample(SIZE), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample(SIZE), kernel: [2, 2], options: { ceilMode: true }, result: [3, 3] },
  { input: sample(SIZE), kernel: [3, 2], options: { stride: 1, padding: [1, 0] }, result: [5, 5] },
  {
    input: sample(SIZE),
    kernel: [2, 3],
    options: { stride: [2, 1], dilation: [3, 1], padding: 1 },
    result: [2, 6],
  },
  { input: sample(SIZE), kernel: [3, 3], options: { stride: 3, padding: 1, ceilMode: true }, result: [2, 3] },
  { input: sample(SIZE, { lie: "transposed" }), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample(SIZE, { lie: "sliced" }), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample(SIZE, { lie: "expanded" }), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample([0, 2, 4, 4]), kernel: [2, 2], options: {}, result: [2, 2] },
  {
    input: sample([1, 1, 2, 6], { values: [nan, 1, -inf, -inf, inf, 2, 3, 4, -inf, -inf, 5, nan] }),
    ...{ kernel: [2, 2], options: {}, result: [1, 3], gradient: false },
  },
  {
    // A window whose two elements lie on both sides of the image.
    input: sample([1, 2, 3, 1]),
    ...{
      kernel: [1, 2],
      options: { stride: 1, padding: [0, 1], dilation: 2 },
      result: [3, 1],
      gradient: false,
    },
  },
];

const AVERAGE: readonly Example<AvgPoolOptions>[] = [
  { input: sample(SIZE), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample(SIZE), kernel: [2, 2], options: { ceilMode: true }, result: [3, 3] },
  { input: sample(SIZE), kernel: [3, 2], options: { stride: 1, padding: 1 }, result: [5, 7] },
  { input: sample(SIZE), kernel: [3, 2], options: { padding: 1, countIncludePad: false }, result: [2, 4] },
  { input: sample(SIZE), kernel: [3, 3], options: { padding: 1, ceilMode: true }, result: [2, 3] },
  {
    input: sample(SIZE),
    kernel: [3, 3],
    options: { padding: 1, ceilMode: true, countIncludePad: false },
    result: [2, 3],
  },
  { input: sample(SIZE, { lie: "transposed" }), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample(SIZE, { lie: "expanded" }), kernel: [2, 2], options: {}, result: [2, 3] },
  { input: sample([0, 2, 4, 4]), kernel: [2, 2], options: {}, result: [2, 2] },
  {
    input: sample([1, 1, 2, 6], { values: [nan, 1, -inf, inf, inf, 2, 3, 4, 1, 2, 5, 1] }),
    ...{ kernel: [2, 2], options: {}, result: [1, 3], gradient: false },
  },
];

type Numbers = number | Pair;
const twice = (value: Numbers): Pair => (typeof value === "number" ? [value, value] : value);

const sizesOf = (
  { kernel, result }: Example<unknown>,
  { stride = kernel, padding = 0 }: { readonly stride?: Numbers; readonly padding?: Numbers },
) => ({ kernel, result, stride: twice(stride), padding: twice(padding) });

/** The case, the same for a single image, and none for gradients where infinities meet. */
function both(
  { input, options, gradient = true }: Example<object>,
  run: (x: Tensor) => Tensor,
  reference: (x: Array64) => Array64,
) {
  const label = JSON.stringify(options);
  const image = { ...input, array: reshaped(input.array, input.array.shape.slice(1)) };
  const alone = (x: Array64) => {
    const { data, shape } = reference(reshaped(x, [1, ...x.shape]));
    return { data, shape: shape.slice(1) };
  };
  const single = input.array.shape[0] === 1 ? [makeCase([image], run, alone, { label, gradient })] : [];
  return [makeCase([input], run, reference, { label, gradient }), ...single];
}

/** The rule for a line, from that for an image of one row. */
const ofRows = (reference: (x: Array64) => Array64) => (x: Array64) => {
  const { data, shape } = reference(reshaped(x, [...x.shape.slice(0, 2), 1, x.shape[2] as number]));
  return { data, shape: shape.toSpliced(2, 1) };
};

const counts = ({ padding = 0, countIncludePad = true }: AvgPoolOptions) => {
  // All kernels here with padding are padded alike, or are not cut off by the end.
  const places = twice(padding);
  return (outside: number) => outside <= (countIncludePad ? Math.max(...places) : 0);
};

const max1d: readonly (readonly [number, MaxPoolOptions<number>, number])[] = [
  [2, {}, 3],
  [3, { stride: 2, padding: 1, ceilMode: true }, 4],
  [2, { dilation: 3, stride: 1 }, 4],
];

const average1d: readonly (readonly [number, AvgPoolOptions<number>, number])[] = [
  [2, {}, 3],
  [3, { stride: 2, padding: 1, ceilMode: true }, 4],
  [3, { stride: 2, padding: 1, countIncludePad: false }, 4],
];

export const poolingRows: readonly Row[] = [
  {
    ...{ name: "maxPool2d", dtypes: FLOAT, tolerance: EXACT },
    cases: MAX.flatMap((example) => {
      const { kernel, options } = example;
      const reference = maxPool({ ...sizesOf(example, options), dilation: twice(options.dilation ?? 1) });
      return both(example, (x) => maxPool2d(x, kernel, options), reference);
    }),
  },
  {
    ...{ name: "maxPool1d", dtypes: FLOAT, tolerance: EXACT },
    cases: max1d.map(([kernel, options, result]) => {
      const { stride = kernel, padding = 0, dilation = 1 } = options;
      const sizes = { stride: [1, stride], padding: [0, padding], dilation: [1, dilation] } as const;
      const reference = maxPool({ ...sizes, kernel: [1, kernel], result: [1, result] });
      const label = JSON.stringify(options);
      return makeCase([sample([2, 3, 7])], (x) => maxPool1d(x, kernel, options), ofRows(reference), {
        label,
      });
    }),
  },
  {
    ...{ name: "avgPool2d", dtypes: FLOAT, tolerance: TRANSCENDENTAL },
    cases: AVERAGE.flatMap((example) => {
      const { kernel, options } = example;
      const reference = avgPool(sizesOf(example, options), counts(options));
      return both(example, (x) => avgPool2d(x, kernel, options), reference);
    }),
  },
  {
    ...{ name: "avgPool1d", dtypes: FLOAT, tolerance: TRANSCENDENTAL },
    cases: average1d.map(([kernel, options, result]) => {
      const { stride = kernel, padding = 0 } = options;
      const sizes = { stride: [1, stride], padding: [0, padding] } as const;
      const reference = avgPool({ ...sizes, kernel: [1, kernel], result: [1, result] }, counts(options));
      const label = JSON.stringify(options);
      return makeCase([sample([2, 3, 7])], (x) => avgPool1d(x, kernel, options), ofRows(reference), {
        label,
      });
    }),
  },
];
