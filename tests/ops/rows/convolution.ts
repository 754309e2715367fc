import { type ConvolutionOptions, conv1d, conv2d } from "@weft/tensor";
import { reshaped } from "../array.js";
import { FLOAT, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { convolution } from "../reference/convolution.js";
import { type Lie, type Sample, sample } from "../sample.js";

type Shape = readonly number[];
type Pair = readonly [y: number, x: number];

interface Example {
  readonly x: Shape;
  readonly weight: Shape;
  readonly options?: ConvolutionOptions;
  /** Height and width of the result. */
  readonly result: Pair;
  /** Zeros above and left, where options do not say it in numbers. */
  readonly before?: Pair;
  readonly lie?: Lie;
  /** The least number of x and weight: above 0 where sums are so long that what cancels would be all rounding. */
  readonly low?: number;
}

const EXAMPLES: readonly Example[] = [
  { x: [1, 1, 3, 3], weight: [1, 1, 2, 2], result: [2, 2] },
  { x: [2, 3, 5, 4], weight: [2, 3, 3, 2], result: [3, 3] },
  { x: [1, 2, 4, 5], weight: [9, 2, 1, 1], result: [4, 5] },
  { x: [2, 2, 5, 5], weight: [3, 2, 3, 3], options: { padding: 1, stride: 2 }, result: [3, 3] },
  {
    x: [1, 1, 7, 8],
    weight: [2, 1, 2, 3],
    options: { padding: [0, 2], stride: [3, 2], dilation: [2, 1] },
    result: [2, 5],
  },
  { x: [1, 4, 4, 4], weight: [6, 2, 2, 2], options: { groups: 2 }, result: [3, 3] },
  { x: [2, 3, 4, 3], weight: [3, 1, 3, 3], options: { groups: 3, padding: 1 }, result: [4, 3] },
  { x: [1, 2, 3, 3], weight: [10, 1, 2, 2], options: { groups: 2, padding: "valid" }, result: [2, 2] },
  {
    x: [1, 2, 4, 5],
    weight: [2, 2, 2, 3],
    options: { padding: "same", dilation: [1, 2] },
    result: [4, 5],
    before: [0, 2],
  },
  { x: [2, 2, 4, 3], weight: [2, 2, 2, 2], result: [3, 2], lie: "transposed" },
  { x: [2, 2, 4, 3], weight: [2, 2, 2, 2], result: [3, 2], lie: "sliced" },
  { x: [2, 2, 4, 3], weight: [2, 2, 2, 2], result: [3, 2], lie: "expanded" },
  { x: [0, 2, 4, 3], weight: [2, 2, 2, 2], result: [3, 2] },
  { x: [2, 2, 4, 3], weight: [0, 2, 2, 2], result: [3, 2] },
  { x: [2, 0, 4, 3], weight: [2, 0, 2, 2], result: [3, 2] },
  // More places, channels and lines than one workgroup or one part of the weight's gradient holds.
  { x: [3, 9, 20, 19], weight: [17, 9, 3, 3], options: { padding: 1 }, result: [20, 19], low: 0.5 },
];

const twice = (value: number | Pair): Pair => (typeof value === "number" ? [value, value] : value);

/** The options in the reference's words. */
function inNumbers({ options = {}, before = [0, 0] }: Example) {
  const { stride = 1, dilation = 1, padding = 0, groups = 1 } = options;
  return {
    ...{ stride: twice(stride), dilation: twice(dilation), groups },
    padding: typeof padding === "string" ? before : twice(padding),
  };
}

const biasOf = (weight: Shape): Sample => sample([weight[0] as number], { seed: 3 });

const conv2dCases = EXAMPLES.flatMap((example) => {
  const { x, weight, options = {}, result, lie = "plain", low = -2 } = example;
  const inputs = [sample(x, { lie, low }), sample(weight, { seed: 2, low })];
  const label = JSON.stringify(options);
  const reference = convolution(result, inNumbers(example));
  return [
    makeCase(inputs, (x, w) => conv2d(x, w, undefined, options), reference, { label }),
    makeCase([...inputs, biasOf(weight)], (x, w, bias) => conv2d(x, w, bias, options), reference, { label }),
  ];
});

const inf = Number.POSITIVE_INFINITY;

export const conv2dRow: Row = {
  name: "conv2d",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...conv2dCases,
    makeCase(
      [sample([2, 4, 3]), sample([3, 2, 2, 2], { seed: 2 })],
      (x, w) => conv2d(x, w),
      (x, w) => reshaped(convolution([3, 2])(reshaped(x, [1, 2, 4, 3]), w), [3, 3, 2]),
      { label: "one image" },
    ),
    // What is not finite stays in the windows that read it.
    makeCase(
      [
        sample([1, 1, 3, 4], { values: [Number.NaN, 1, 2, inf, 1, 2, 3, 4, 1, 2, 3, -inf] }),
        sample([1, 1, 2, 2]),
      ],
      (x, w) => conv2d(x, w, undefined, { padding: 1 }),
      convolution([4, 5], { padding: [1, 1] }),
      { label: "NaN and infinity", gradient: false, typed: false },
    ),
  ],
};

interface Line {
  readonly x: Shape;
  readonly weight: Shape;
  readonly options?: ConvolutionOptions<number>;
  readonly result: number;
  readonly before?: number;
}

const LINES: readonly Line[] = [
  { x: [2, 3, 7], weight: [4, 3, 3], result: 5 },
  { x: [1, 2, 8], weight: [4, 1, 2], options: { groups: 2, stride: 3, padding: 1, dilation: 2 }, result: 3 },
  { x: [2, 1, 6], weight: [2, 1, 4], options: { padding: "same" }, result: 6, before: 1 },
  { x: [3, 7], weight: [2, 3, 2], result: 6 },
  { x: [1, 1, 300], weight: [1, 1, 5], result: 296 },
  { x: [0, 2, 4], weight: [1, 2, 2], result: 3 },
];

export const conv1dRow: Row = {
  name: "conv1d",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: LINES.map(({ x, weight, options = {}, result, before = 0 }) => {
    const { stride = 1, dilation = 1, padding = 0, groups = 1 } = options;
    const [length] = x.slice(-1) as [number];
    const reference = convolution([1, result], {
      ...{ stride: [1, stride], dilation: [1, dilation], groups },
      padding: [0, typeof padding === "string" ? before : padding],
    });
    return makeCase(
      [sample(x), sample(weight, { seed: 2 }), biasOf(weight)],
      (x, w, bias) => conv1d(x, w, bias, options),
      (x, w, bias) => {
        const [out, channels, size] = w.shape as [number, number, number];
        const images = x.shape.length === 3 ? (x.shape[0] as number) : 1;
        const rows = reshaped(x, [images, x.shape.at(-2) as number, 1, length]);
        const { data } = reference(rows, reshaped(w, [out, channels, 1, size]), bias);
        return { data, shape: [...x.shape.slice(0, -2), out, result] };
      },
      { label: JSON.stringify(options) },
    );
  }),
};
