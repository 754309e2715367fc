// How Weft computes each case of tests/fixtures/ops.json, by the case's name.

import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";

/** How one case is computed: from its inputs to its outputs. */
export type Run = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** A runner for inputs that are all there: the fixture says how many. */
export const of = (run: (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => Tensor | readonly Tensor[]): Run =>
  run as Run;

const sorted = ({ values, indices }: weft.Sorted): readonly Tensor[] => [values, indices];

const elementwise: Readonly<Record<string, Run>> = {
  round: of((x) => weft.round(x)),
  trunc: of((x) => weft.trunc(x)),
  sign: of((x) => weft.sign(x)),
  remainder: of((a, b) => weft.remainder(a, b)),
  fmod: of((a, b) => weft.fmod(a, b)),
  atan2: of((a, b) => weft.atan2(a, b)),
  "div floor": of((a, b) => weft.div(a, b, { roundingMode: "floor" })),
  "div trunc": of((a, b) => weft.div(a, b, { roundingMode: "trunc" })),
  "remainder of integers": of((a, b) => weft.remainder(a, b)),
  "div of integers": of((a, b) => weft.div(a, b)),
  "div floor of integers": of((a, b) => weft.div(a, b, { roundingMode: "floor" })),
  pow: of((a, b) => weft.pow(a, b)),
  "pow at 0 by numbers": of((x) => weft.stack([0, 1, 2, 3].map((n) => weft.pow(x, n)))),
  "sqrt at 0": of((x) => weft.sqrt(x)),
  abs: of((x) => weft.abs(x)),
  relu: of((x) => weft.relu(x)),
  leakyRelu: of((x) => weft.leakyRelu(x, { negativeSlope: 0.1 })),
  elu: of((x) => weft.elu(x, { alpha: 2 })),
  clamp: of((x) => weft.clamp(x, -1, 1)),
  maximum: of((a, b) => weft.maximum(a, b)),
  minimum: of((a, b) => weft.minimum(a, b)),
  gelu: of((x) => weft.gelu(x)),
  "gelu tanh": of((x) => weft.gelu(x, { approximate: "tanh" })),
  silu: of((x) => weft.silu(x)),
  softplus: of((x) => weft.softplus(x)),
  logSigmoid: of((x) => weft.logSigmoid(x)),
  erf: of((x) => weft.erf(x)),
  erfinv: of((x) => weft.erfinv(x)),
  "erfinv at its ends": of((x) => weft.erfinv(x)),
  expm1: of((x) => weft.expm1(x)),
};

const reduced: Readonly<Record<string, Run>> = {
  "max ties": of((x) => weft.max(x, { axis: 1 })),
  "min ties": of((x) => weft.min(x, { axis: 1 })),
  argmax: of((x) => weft.argmax(x, { axis: 1 })),
  argmin: of((x) => weft.argmin(x, { axis: 1 })),
  "norm at 0": of((x) => weft.norm(x, { axis: 1 })),
  "prod with zeros": of((x) => weft.prod(x, { axis: 1 })),
  "cumprod with zeros": of((x) => weft.cumprod(x, { axis: 1 })),
  logSumExp: of((x) => weft.logSumExp(x, { axis: 1 })),
  softmax: of((x) => weft.softmax(x, 1)),
  var: of((x) => weft.variance(x, { axis: 1 })),
  "std biased": of((x) => weft.std(x, { axis: 1, correction: 0 })),
  sort: of((x) => sorted(weft.sort(x))),
  "sort descending": of((x) => sorted(weft.sort(x, { descending: true }))),
  topK: of((x) => sorted(weft.topK(x, 3))),
  "topK smallest": of((x) => sorted(weft.topK(x, 2, { largest: false }))),
  searchSorted: of((s, v) => weft.searchSorted(s, v)),
  "searchSorted right": of((s, v) => weft.searchSorted(s, v, { right: true })),
};

const moved: Readonly<Record<string, Run>> = {
  ...Object.fromEntries(
    (["constant", "reflect", "replicate", "circular"] as const).map((mode) => [
      `pad ${mode}`,
      of((x) => weft.pad(x, [1, 2, 2, 1], { mode })),
    ]),
  ),
  "pad negative": of((x) => weft.pad(x, [-1, 2, 1, -1], { value: 7 })),
  unfold: of((x) => weft.unfold(x, 0, 3, 2)),
  roll: of((x) => weft.roll(x, [1, -1], [0, 1])),
  repeat: of((x) => weft.repeat(x, [2, 1, 2])),
  tile: of((x) => weft.tile(x, [2])),
  diagonal: of((x) => weft.diagonal(x, { offset: 1, axis0: 0, axis1: 2 })),
  tril: of((x) => weft.tril(x, { diagonal: -1 })),
  chunk: of((x) => weft.chunk(x, 4)),
  gather: of((x, index) => weft.gather(x, 0, index)),
  scatterAdd: of((x, index, source) => weft.scatterAdd(x, 0, index, source)),
  indexAdd: of((x, index, source) => weft.indexAdd(x, 1, index, source)),
};

const losses: Readonly<Record<string, Run>> = Object.assign(
  {},
  ...(["mean", "sum", "none"] as const).map(
    (reduction): Record<string, Run> => ({
      [`crossEntropy ${reduction}`]: of((x, t) => weft.crossEntropy(x, t, { reduction })),
      [`crossEntropy weight ${reduction}`]: of((x, t, weight) =>
        weft.crossEntropy(x, t, { weight, reduction }),
      ),
      [`crossEntropy smooth ${reduction}`]: of((x, t, weight) =>
        weft.crossEntropy(x, t, { weight, reduction, labelSmoothing: 0.1 }),
      ),
      [`crossEntropy probabilities ${reduction}`]: of((x, t, weight) =>
        weft.crossEntropy(x, t, { weight, reduction, labelSmoothing: 0.1 }),
      ),
      [`nll ${reduction}`]: of((x, t, weight) => weft.nll(weft.logSoftmax(x), t, { weight, reduction })),
      [`mse ${reduction}`]: of((x, t) => weft.mse(x, t, { reduction })),
      [`l1 ${reduction}`]: of((x, t) => weft.l1(x, t, { reduction })),
      [`smoothL1 ${reduction}`]: of((x, t) => weft.smoothL1(x, t, { beta: 0.5, reduction })),
      [`huber ${reduction}`]: of((x, t) => weft.huber(x, t, { delta: 0.5, reduction })),
      [`binaryCrossEntropy ${reduction}`]: of((x, t) => weft.binaryCrossEntropy(x, t, { reduction })),
      [`binaryCrossEntropyWithLogits ${reduction}`]: of((x, t, weight, posWeight) =>
        weft.binaryCrossEntropyWithLogits(x, t, { weight, posWeight, reduction }),
      ),
      [`kl ${reduction}`]: of((x, t) => weft.kl(weft.logSoftmax(x), t, { reduction })),
    }),
  ),
  {
    "binaryCrossEntropy at the ends": of((x, t) => weft.binaryCrossEntropy(x, t, { reduction: "none" })),
    "kl batchMean": of((x, t) => weft.kl(weft.logSoftmax(x), t, { reduction: "batchMean" })),
    "kl log target": of((x, t) =>
      weft.kl(weft.logSoftmax(x), weft.logSoftmax(t), { reduction: "batchMean", logTarget: true }),
    ),
    "crossEntropy all ignored": of((x, t) => weft.crossEntropy(x, t)),
    "crossEntropy of images": of((x, t) => weft.crossEntropy(x, t)),
  },
);

const images: Readonly<Record<string, Run>> = {
  layerNorm: of((x, weight, bias) => weft.layerNorm(x, [2, 3], { weight, bias })),
  "layerNorm of constants": of((x) => weft.layerNorm(x, [3])),
  conv2d: of((x, w, b) => weft.conv2d(x, w, b)),
  "conv2d stride": of((x, w, b) => weft.conv2d(x, w, b, { stride: 2, padding: 1 })),
  "conv2d dilation": of((x, w, b) => weft.conv2d(x, w, b, { dilation: [2, 1], padding: [2, 0] })),
  "conv2d same": of((x, w, b) => weft.conv2d(x, w, b, { padding: "same" })),
  "conv2d groups": of((x, w) => weft.conv2d(x, w, undefined, { groups: 2, padding: 1 })),
  conv1d: of((x, w, b) => weft.conv1d(x, w, b, { stride: 2, padding: 2, dilation: 2 })),
  maxPool2d: of((x) => weft.maxPool2d(x, 2)),
  "maxPool2d all options": of((x) =>
    weft.maxPool2d(x, [3, 2], { stride: 2, padding: 1, dilation: [1, 2], ceilMode: true }),
  ),
  "maxPool2d ties": of((x) => weft.maxPool2d(x, 2, { stride: 1 })),
  avgPool2d: of((x) => weft.avgPool2d(x, 3, { stride: 2, padding: 1 })),
  "avgPool2d all options": of((x) =>
    weft.avgPool2d(x, [3, 2], { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
  ),
  "avgPool2d ceil": of((x) => weft.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true })),
  maxPool1d: of((x) => weft.maxPool1d(x, 3, { stride: 2, padding: 1 })),
  avgPool1d: of((x) => weft.avgPool1d(x, 3, { stride: 2, padding: 1 })),
};

/** The name of a case of einsum is its equation. */
export const runnerOf = (name: string): Run | undefined =>
  name.startsWith("einsum ")
    ? (...operands) => weft.einsum(name.slice("einsum ".length), ...operands)
    : runners[name];

export const runners: Readonly<Record<string, Run>> = {
  ...elementwise,
  ...reduced,
  ...moved,
  ...losses,
  ...images,
};
