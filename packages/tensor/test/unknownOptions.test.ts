// Options that do not exist: JavaScript would read nothing from them, and train on padding without a word.
import { kernels } from "@weft/kernels";
import * as weft from "@weft/tensor";
import { ones, open, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe } from "vitest";
import { proveOptions, type Row } from "../../../tests/options/proveOptions.js";

beforeAll(async () => {
  await open();
});

const axis = { axis: 0, keepDim: true };
const generator = new weft.Generator(1);
const made = { dtype: "f32", requiresGrad: true };
const sum = { reduction: "sum" };
const x = () => ones([2, 2]);
const ids = () => tensor([1, 0], { dtype: "i32" });
const image = () => ones([1, 2, 2]);
const recurrent = (gates: number) =>
  [ones([2, 1, 3]), { weightIh: ones([gates * 2, 3]), weightHh: ones([gates * 2, 2]) }, undefined] as const;

const creation: Readonly<Record<string, Row>> = {
  zeros: [made, (o) => zeros([2], o)],
  ones: [made, (o) => ones([2], o)],
  full: [made, (o) => weft.full([2], 1, o)],
  zerosLike: [made, (o) => weft.zerosLike(x(), o)],
  onesLike: [made, (o) => weft.onesLike(x(), o)],
  fullLike: [made, (o) => weft.fullLike(x(), 1, o)],
  tensor: [{ ...made, shape: [2, 1] }, (o) => tensor([1, 2], o)],
  arange: [made, (o) => weft.arange(0, 3, 1, o)],
  linspace: [made, (o) => weft.linspace(0, 1, 3, o)],
  eye: [made, (o) => weft.eye(2, 2, o)],
  rand: [{ ...made, generator }, (o) => weft.rand([2], o)],
  randn: [{ ...made, generator }, (o) => weft.randn([2], o)],
  randint: [{ dtype: "u32", generator }, (o) => weft.randint(0, 2, [2], o)],
  uniform: [{ generator, low: 1, high: 2 }, (o) => weft.uniform([2], o)],
  normal: [{ generator, mean: 1, std: 2 }, (o) => weft.normal([2], o)],
  randperm: [{ dtype: "i32", generator }, (o) => weft.randperm(3, o)],
  bernoulli: [{ generator }, (o) => weft.bernoulli(x(), o)],
  multinomial: [{ replacement: true, generator }, (o) => weft.multinomial(x(), 2, o)],
};

const reductions: Readonly<Record<string, Row>> = {
  sum: [axis, (o) => weft.sum(x(), o)],
  mean: [axis, (o) => weft.mean(x(), o)],
  max: [axis, (o) => weft.max(x(), o)],
  min: [axis, (o) => weft.min(x(), o)],
  prod: [axis, (o) => weft.prod(x(), o)],
  any: [axis, (o) => weft.any(x(), o)],
  all: [axis, (o) => weft.all(x(), o)],
  logSumExp: [axis, (o) => weft.logSumExp(x(), o)],
  argmax: [axis, (o) => weft.argmax(x(), o)],
  argmin: [axis, (o) => weft.argmin(x(), o)],
  std: [{ ...axis, correction: 0 }, (o) => weft.std(x(), o)],
  variance: [{ ...axis, correction: 0 }, (o) => weft.variance(x(), o)],
  norm: [{ ...axis, p: 1 }, (o) => weft.norm(x(), o)],
  cumsum: [{ axis: 0, reverse: true }, (o) => weft.cumsum(x(), o)],
  cumprod: [{ axis: 0, reverse: true }, (o) => weft.cumprod(x(), o)],
};

const losses: Readonly<Record<string, Row>> = {
  mse: [sum, (o) => weft.mse(x(), x(), o)],
  l1: [sum, (o) => weft.l1(x(), x(), o)],
  smoothL1: [{ ...sum, beta: 2 }, (o) => weft.smoothL1(x(), x(), o)],
  huber: [{ ...sum, delta: 2 }, (o) => weft.huber(x(), x(), o)],
  kl: [{ reduction: "batchMean", logTarget: true }, (o) => weft.kl(x(), x(), o)],
  nll: [{ ...sum, ignoreIndex: 0 }, (o) => weft.nll(x(), ids(), o)],
  crossEntropy: [{ ignoreIndex: 0, labelSmoothing: 0.1 }, (o) => weft.crossEntropy(x(), ids(), o)],
  binaryCrossEntropy: [sum, (o) => weft.binaryCrossEntropy(x(), x(), o)],
  binaryCrossEntropyWithLogits: [sum, (o) => weft.binaryCrossEntropyWithLogits(x(), x(), o)],
};

const network: Readonly<Record<string, Row>> = {
  layerNorm: [{ eps: 1 }, (o) => weft.layerNorm(x(), 2, o)],
  rmsNorm: [{ eps: 1 }, (o) => weft.rmsNorm(x(), 2, o)],
  conv1d: [{ padding: 1 }, (o) => weft.conv1d(x(), ones([1, 2, 1]), undefined, o)],
  conv2d: [{ padding: 1 }, (o) => weft.conv2d(image(), ones([1, 1, 1, 1]), undefined, o)],
  maxPool1d: [{ stride: 1 }, (o) => weft.maxPool1d(x(), 2, o)],
  maxPool2d: [{ stride: 1 }, (o) => weft.maxPool2d(image(), 2, o)],
  avgPool1d: [{ stride: 1 }, (o) => weft.avgPool1d(x(), 2, o)],
  avgPool2d: [{ stride: 1 }, (o) => weft.avgPool2d(image(), 2, o)],
  rnn: [{ reverse: true, nonlinearity: "relu" }, (o) => weft.rnn(...recurrent(1), o)],
  gru: [{ reverse: true }, (o) => weft.gru(...recurrent(3), o)],
  lstm: [{ reverse: true }, (o) => weft.lstm(...recurrent(4), o)],
  tuneRecurrent: [{}, (o) => weft.tuneRecurrent("rnn", { T: 1, B: 1, H: 1 }, o)],
};

const elements: Readonly<Record<string, Row>> = {
  gelu: [{ approximate: "tanh" }, (o) => weft.gelu(x(), o)],
  elu: [{ alpha: 2 }, (o) => weft.elu(x(), o)],
  leakyRelu: [{ negativeSlope: 0.1 }, (o) => weft.leakyRelu(x(), o)],
  softplus: [{ beta: 2 }, (o) => weft.softplus(x(), o)],
  div: [{ roundingMode: "floor" }, (o) => weft.div(x(), x(), o)],
  addcmul: [{ value: 2 }, (o) => weft.addcmul(x(), x(), x(), o)],
  addcdiv: [{ value: 2 }, (o) => weft.addcdiv(x(), x(), x(), o)],
};

const places: Readonly<Record<string, Row>> = {
  pad: [{ mode: "replicate" }, (o) => weft.pad(x(), [1, 1], o)],
  diagonal: [{ offset: 1 }, (o) => weft.diagonal(x(), o)],
  tril: [{ diagonal: 1 }, (o) => weft.tril(x(), o)],
  triu: [{ diagonal: 1 }, (o) => weft.triu(x(), o)],
  unfold: [{ dilation: 1 }, (o) => weft.unfold(x(), 0, 2, 1, o)],
  embedding: [{ paddingIdx: 0 }, (o) => weft.embedding(x(), ids(), o)],
  oneHot: [{ dtype: "f32" }, (o) => weft.oneHot(ids(), 2, o)],
  searchSorted: [{ right: true }, (o) => weft.searchSorted(ones([2]), x(), o)],
  sort: [{ axis: 0, descending: true }, (o) => weft.sort(x(), o)],
  argsort: [{ axis: 0, descending: true }, (o) => weft.argsort(x(), o)],
  topK: [{ axis: 0, largest: false }, (o) => weft.topK(x(), 1, o)],
};

const devices: Readonly<Record<string, Row>> = {
  open: [{ debug: false }, async (o) => (await open(o)).close()],
  memory: [{ lines: false }, (o) => weft.memory(o)],
  Device: [{ debug: false }, (o) => new weft.Device(weft.currentDevice().gpu, weft.currentDevice().info, o)],
  launch: [
    { invocations: 2 },
    (o) => weft.launch(kernels.fill, { out: zeros([2]) }, { bits: 0, size: 2 }, o),
  ],
};

describe("unknown options", () => {
  proveOptions(
    ["packages/tensor/dist/index.d.ts"],
    { ...creation, ...reductions, ...losses, ...network, ...elements, ...places, ...devices },
    { launch: "fill" },
  );
});
