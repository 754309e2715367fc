import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nn from "@weft/nn";
import { loadSafetensors, saveSafetensors } from "@weft/nn/node";
import { Generator, ones, open, tensor } from "@weft/tensor";
import { afterAll, beforeAll, describe } from "vitest";
import { proveOptions, type Row } from "../../../tests/options/proveOptions.js";

let folder = "";
const file = () => join(folder, "x.safetensors");

beforeAll(async () => {
  await open();
  folder = await mkdtemp(join(tmpdir(), "weft-options-"));
  await saveSafetensors(file(), { x: ones([2]) });
});
afterAll(() => rm(folder, { recursive: true }));

const generator = new Generator(1);
const { init } = nn;
const x = () => ones([2, 2]);
const ids = () => tensor([1, 0], { dtype: "i32" });
const learning = { learningRate: 0.1 };
const parameters = () => [ones([2], { requiresGrad: true })];
const sum = { reduction: "sum" } as const;

const functions: Readonly<Record<string, Row>> = {
  mse: [sum, (o) => nn.mse(x(), x(), o)],
  l1: [sum, (o) => nn.l1(x(), x(), o)],
  smoothL1: [sum, (o) => nn.smoothL1(x(), x(), o)],
  huber: [sum, (o) => nn.huber(x(), x(), o)],
  kl: [sum, (o) => nn.kl(x(), x(), o)],
  nll: [sum, (o) => nn.nll(x(), ids(), o)],
  crossEntropy: [sum, (o) => nn.crossEntropy(x(), ids(), o)],
  binaryCrossEntropy: [sum, (o) => nn.binaryCrossEntropy(x(), x(), o)],
  binaryCrossEntropyWithLogits: [sum, (o) => nn.binaryCrossEntropyWithLogits(x(), x(), o)],
  fromSafetensors: [
    { name: "a" },
    async (o) => nn.fromSafetensors(await nn.toSafetensors({ x: ones([2]) }), o),
  ],
  restoreTensors: [{ name: "a" }, (o) => nn.restoreTensors(new Map(), o)],
  loadSafetensors: [{}, (o) => loadSafetensors(file(), o)],
  "init.dirac": [{ groups: 1 }, (o) => init.dirac(ones([2, 2, 1]), o)],
  "init.normal": [{ std: 2, generator }, (o) => init.normal(x(), o)],
  "init.truncNormal": [{ std: 2, generator }, (o) => init.truncNormal(x(), o)],
  "init.uniform": [{ a: 0, generator }, (o) => init.uniform(x(), o)],
  "init.kaimingNormal": [{ a: 0, generator }, (o) => init.kaimingNormal(x(), o)],
  "init.kaimingUniform": [{ a: 0, generator }, (o) => init.kaimingUniform(x(), o)],
  "init.xavierNormal": [{ gain: 1, generator }, (o) => init.xavierNormal(x(), o)],
  "init.xavierUniform": [{ gain: 1, generator }, (o) => init.xavierUniform(x(), o)],
  "init.orthogonal": [{ gain: 1, generator }, (o) => init.orthogonal(x(), o)],
};

const layers: Readonly<Record<string, Row>> = {
  ELU: [{ alpha: 2 }, (o) => new nn.ELU(o)],
  GELU: [{ approximate: "tanh" }, (o) => new nn.GELU(o)],
  LeakyReLU: [{ negativeSlope: 0.1 }, (o) => new nn.LeakyReLU(o)],
  Softplus: [{ beta: 2 }, (o) => new nn.Softplus(o)],
  Linear: [{ bias: false }, (o) => new nn.Linear(2, 2, o)],
  Bilinear: [{ bias: false }, (o) => new nn.Bilinear(2, 2, 2, o)],
  Embedding: [{ paddingIdx: 0 }, (o) => new nn.Embedding(2, 2, o)],
  Conv1d: [{ bias: false }, (o) => new nn.Conv1d(2, 2, 1, o)],
  Conv2d: [{ bias: false }, (o) => new nn.Conv2d(2, 2, 1, o)],
  Dropout: [{ generator }, (o) => new nn.Dropout(0.5, o)],
  Dropout1d: [{ generator }, (o) => new nn.Dropout1d(0.5, o)],
  Dropout2d: [{ generator }, (o) => new nn.Dropout2d(0.5, o)],
  VariationalDropout: [{ generator }, (o) => new nn.VariationalDropout(0.5, o)],
  WeightDrop: [{ generator }, (o) => new nn.WeightDrop(new nn.Linear(2, 2), ["weight"], 0.5, o)],
  GroupNorm: [{ eps: 1 }, (o) => new nn.GroupNorm(1, 2, o)],
  LayerNorm: [{ eps: 1 }, (o) => new nn.LayerNorm(2, o)],
  RMSNorm: [{ eps: 1 }, (o) => new nn.RMSNorm(2, o)],
  AvgPool1d: [{ stride: 1 }, (o) => new nn.AvgPool1d(2, o)],
  AvgPool2d: [{ stride: 1 }, (o) => new nn.AvgPool2d(2, o)],
  MaxPool1d: [{ stride: 1 }, (o) => new nn.MaxPool1d(2, o)],
  MaxPool2d: [{ stride: 1 }, (o) => new nn.MaxPool2d(2, o)],
  RNN: [{ bias: false }, (o) => new nn.RNN(2, 2, o)],
  GRU: [{ bias: false }, (o) => new nn.GRU(2, 2, o)],
  LSTM: [{ bias: false }, (o) => new nn.LSTM(2, 2, o)],
  RNNCell: [{ bias: false }, (o) => new nn.RNNCell(2, 2, o)],
  GRUCell: [{ bias: false }, (o) => new nn.GRUCell(2, 2, o)],
  LSTMCell: [{ bias: false }, (o) => new nn.LSTMCell(2, 2, o)],
  CrossEntropyLoss: [sum, (o) => new nn.CrossEntropyLoss(o)],
  NLLLoss: [sum, (o) => new nn.NLLLoss(o)],
  HuberLoss: [sum, (o) => new nn.HuberLoss(o)],
  L1Loss: [sum, (o) => new nn.L1Loss(o)],
  MSELoss: [sum, (o) => new nn.MSELoss(o)],
  SmoothL1Loss: [sum, (o) => new nn.SmoothL1Loss(o)],
  BCELoss: [sum, (o) => new nn.BCELoss(o)],
  BCEWithLogitsLoss: [sum, (o) => new nn.BCEWithLogitsLoss(o)],
  KLDivLoss: [sum, (o) => new nn.KLDivLoss(o)],
};

const training: Readonly<Record<string, Row>> = {
  Adagrad: [learning, (o) => new nn.Adagrad(parameters(), o)],
  Adam: [learning, (o) => new nn.Adam(parameters(), o)],
  AdamW: [learning, (o) => new nn.AdamW(parameters(), o)],
  Lion: [learning, (o) => new nn.Lion(parameters(), o)],
  NAdam: [learning, (o) => new nn.NAdam(parameters(), o)],
  RMSprop: [learning, (o) => new nn.RMSprop(parameters(), o)],
  SGD: [learning, (o) => new nn.SGD(parameters(), o)],
  ExponentialMovingAverage: [{ decay: 0.9 }, (o) => new nn.ExponentialMovingAverage(parameters(), o)],
  NonMonotonicAveraging: [{ patience: 2 }, (o) => new nn.NonMonotonicAveraging(parameters(), o)],
  ConstantLR: [{ factor: 0.5 }, (o) => new nn.ConstantLR(o)],
  CosineAnnealingLR: [{ tMax: 2 }, (o) => new nn.CosineAnnealingLR(o)],
  CosineAnnealingWarmRestarts: [{ t0: 2 }, (o) => new nn.CosineAnnealingWarmRestarts(o)],
  ExponentialLR: [{ gamma: 0.5 }, (o) => new nn.ExponentialLR(o)],
  LinearLR: [{ totalIters: 2 }, (o) => new nn.LinearLR(o)],
  MultiStepLR: [{ milestones: [2] }, (o) => new nn.MultiStepLR(o)],
  OneCycleLR: [{ maxLearningRate: 1, totalSteps: 9 }, (o) => new nn.OneCycleLR(o)],
  PolynomialLR: [{ power: 2 }, (o) => new nn.PolynomialLR(o)],
  StepLR: [{ stepSize: 2 }, (o) => new nn.StepLR(o)],
  ReduceLROnPlateau: [{ patience: 2 }, (o) => new nn.ReduceLROnPlateau({ groups: [{ learningRate: 1 }] }, o)],
};

describe("unknown options", () => {
  proveOptions(["packages/nn/dist/index.d.ts", "packages/nn/dist/node/index.d.ts"], {
    ...{ ...functions, ...layers, ...training },
  });
});
