// Calls that TypeScript forbids and JavaScript lets pass: one line that says what was given, and the cure.
import {
  Adam,
  AdaptiveAvgPool1d,
  AvgPool2d,
  Bilinear,
  ChainedLR,
  Conv1d,
  Conv2d,
  clipGradNorm,
  clipGradValue,
  detachState,
  Embedding,
  ExponentialMovingAverage,
  evaluating,
  Flatten,
  fromSafetensors,
  GRU,
  GRUCell,
  GroupNorm,
  init,
  LayerNorm,
  Linear,
  LSTM,
  LSTMCell,
  MaxPool1d,
  MaxPool2d,
  Module,
  ModuleDict,
  ModuleList,
  NonMonotonicAveraging,
  ReduceLROnPlateau,
  RMSNorm,
  RNN,
  Sequential,
  SequentialLR,
  summary,
  toSafetensors,
  Unflatten,
  VariationalDropout,
  WeightDrop,
} from "@weft/nn";
import { saveSafetensors } from "@weft/nn/node";
import { layerNorm, open, rand, rmsNorm, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

/** What JavaScript lets pass where the types do not. */
const wrong = (value: unknown): never => value as never;
const none = wrong(undefined);
const model = (): Linear => new Linear(2, 1);

type Cases = readonly (readonly [message: string, run: () => unknown])[];

const SIZES: Cases = [
  ["Conv1d: kernelSize is undefined; use a whole number ≥ 1.", () => new Conv1d(1, 2, none)],
  [
    "Conv2d: kernelSize is undefined; use a whole number ≥ 1, or a pair of them.",
    () => new Conv2d(1, 2, none),
  ],
  ["MaxPool1d: kernelSize is undefined; use a whole number ≥ 1.", () => new MaxPool1d(none)],
  [
    "MaxPool2d: kernelSize is undefined; use a whole number ≥ 1, or a pair of them.",
    () => new MaxPool2d(none),
  ],
  [
    "AvgPool2d: kernelSize is undefined; use a whole number ≥ 1, or a pair of them.",
    () => new AvgPool2d(none),
  ],
  ["AdaptiveAvgPool1d: outputSize is undefined; use a whole number ≥ 1.", () => new AdaptiveAvgPool1d(none)],
  [
    "layerNorm: normalizedShape is undefined; use the length of the axis to normalise, layerNorm(x, 3).",
    () => layerNorm(zeros([2, 3]), none),
  ],
  [
    'rmsNorm: normalizedShape is {"eps":1}; use the length of the axis to normalise, rmsNorm(x, 3).',
    () => rmsNorm(zeros([2, 3]), wrong({ eps: 1 })),
  ],
];

const OPTIONS: Cases = [
  ['Linear: inFeatures is "4"; use a whole number ≥ 1.', () => new Linear(wrong("4"), 2)],
  ["Linear: inFeatures is Tensor f32 (1); use a whole number ≥ 1.", () => new Linear(wrong(zeros([1])), 2)],
  [
    "Linear: inFeatures is a function; use a whole number ≥ 1.",
    () =>
      new Linear(
        wrong(() => 4),
        2,
      ),
  ],
  [
    'ExponentialMovingAverage: decay is "0.9"; use a number in [0, 1).',
    () => new ExponentialMovingAverage(model().parameters(), { decay: wrong("0.9") }),
  ],
  [
    'ExponentialMovingAverage: warmUp is "no"; use true or false.',
    () => new ExponentialMovingAverage(model().parameters(), { warmUp: wrong("no") }),
  ],
  [
    'Embedding: maxNorm is "1"; use a number > 0, also Infinity.',
    () => new Embedding(3, 4, { maxNorm: wrong("1") }),
  ],
  [
    'Embedding: paddingIdx is "1"; use a whole number from −3 to 2.',
    () => new Embedding(3, 4, { paddingIdx: wrong("1") }),
  ],
  [
    "Adam: learningRate is null; use a number ≥ 0.",
    () => new Adam(model().parameters(), { learningRate: wrong(null) }),
  ],
  [
    'Adam: weightDecay is "0.1"; use a number ≥ 0.',
    () => new Adam(model().parameters(), { weightDecay: wrong("0.1") }),
  ],
  ['LayerNorm: eps is "abc"; use a number ≥ 0.', () => new LayerNorm(3, { eps: wrong("abc") })],
  ['RMSNorm: eps is "abc"; use a number ≥ 0.', () => new RMSNorm(3, { eps: wrong("abc") })],
  ["GroupNorm: eps is -1; use a number ≥ 0.", () => new GroupNorm(1, 4, { eps: -1 })],
  ['RNN: nonlinearity is 1; use "tanh" or "relu".', () => new RNN(3, 4, { nonlinearity: wrong(1) })],
  ['Linear: bias is "no"; use true or false.', () => new Linear(3, 4, { bias: wrong("no") })],
  ["Conv1d: bias is 0; use true or false.", () => new Conv1d(3, 4, 1, { bias: wrong(0) })],
  ["LayerNorm: bias is null; use true or false.", () => new LayerNorm(3, { bias: wrong(null) })],
  ["GroupNorm: affine is 1; use true or false.", () => new GroupNorm(1, 4, { affine: wrong(1) })],
  ["LSTM: batchFirst is 1; use true or false.", () => new LSTM(3, 4, { batchFirst: wrong(1) })],
  ["MaxPool2d: ceilMode is 1; use true or false.", () => new MaxPool2d(2, { ceilMode: wrong(1) })],
  [
    "AvgPool2d: countIncludePad is 1; use true or false.",
    () => new AvgPool2d(2, { countIncludePad: wrong(1) }),
  ],
  [
    "VariationalDropout: batchFirst is 1; use true or false.",
    () => new VariationalDropout(0.5, { batchFirst: wrong(1) }),
  ],
  [
    "Embedding: scaleGradByFreq is 1; use true or false.",
    () => new Embedding(3, 4, { scaleGradByFreq: wrong(1) }),
  ],
  [
    'Embedding.fromPretrained: freeze is "no"; use true or false.',
    () => Embedding.fromPretrained(zeros([3, 4]), { freeze: wrong("no") }),
  ],
  ["LSTM: generator is 1; use new Generator(seed).", () => new LSTM(3, 4, { generator: wrong(1) })],
  ["LSTMCell: generator is 1; use new Generator(seed).", () => new LSTMCell(3, 4, { generator: wrong(1) })],
  ["RNN: the options are null; use an object, { numLayers: … }.", () => new RNN(3, 4, wrong(null))],
  ["rand: generator is 1; use new Generator(seed).", () => rand([2], { generator: wrong(1) })],
  [
    'WeightDrop: fields is "weightHh"; use an array of names, such as ["weightHh"].',
    () => new WeightDrop(new LSTM(3, 4), wrong("weightHh")),
  ],
];

const MODULES: Cases = [
  [
    "WeightDrop: the class LSTM is no module; use new LSTM(…), for instance.",
    () => new WeightDrop(wrong(LSTM), ["weightHh"]),
  ],
  ["evaluating: the body is undefined; use a function, () => ….", () => evaluating(model(), none)],
  ["ChainedLR: the schedules are undefined; use an array, [warmUp, decay].", () => new ChainedLR(none)],
  [
    "SequentialLR: the schedule is a function; use a StepLR, a LambdaLR or another schedule.",
    () => new SequentialLR([wrong(() => 1)], []),
  ],
  ["Unflatten: lengths is 3; use an array, [3, −1].", () => new Unflatten(1, wrong(3))],
];

const isModel = "the parameters are the module Linear, no list of tensors; pass model.parameters().";

const PARAMETERS: Cases = [
  [`Adam: ${isModel}`, () => new Adam(wrong(model()))],
  [`ExponentialMovingAverage: ${isModel}`, () => new ExponentialMovingAverage(wrong(model()))],
  [`NonMonotonicAveraging: ${isModel}`, () => new NonMonotonicAveraging(wrong(model()))],
  [`clipGradNorm: ${isModel}`, () => clipGradNorm(wrong(model()), 1)],
  [`clipGradValue: ${isModel}`, () => clipGradValue(wrong(model()), 1)],
  [
    "Adam: the parameters are Tensor f32 (1, 2), no list of tensors; pass [x] for a single tensor.",
    () => new Adam(wrong(model().weight)),
  ],
  [
    "clipGradNorm: parameter 1 is an array, not a tensor; pass model.parameters().",
    () => clipGradNorm(wrong(model().namedParameters()), 1),
  ],
  [
    "ReduceLROnPlateau: the first argument is no optimizer; use new ReduceLROnPlateau(optimizer, options).",
    () => new ReduceLROnPlateau(none),
  ],
];

const two = (): Sequential => new Sequential(model(), model());

const CONTAINERS: Cases = [
  ["ModuleList: the modules are no array; use new ModuleList([a, b]).", () => new ModuleList(wrong(model()))],
  [
    // A Sequential can be walked through, so that its layers would count.
    "ModuleList: the modules are no array; use new ModuleList([a, b]).",
    () => new ModuleList(two(), wrong(two())),
  ],
  [
    "ModuleDict: the modules are no plain object; use new ModuleDict({ name: module }).",
    () => new ModuleDict(wrong(new Map([["a", model()]]))),
  ],
  ["Sequential: 0 is an array; spread it: ...layers.", () => new Sequential(wrong([model(), model()]))],
  ["summary: the model is the class Linear, not a module; use summary(model).", () => summary(wrong(Linear))],
  ["summary: the model is undefined, not a module; use summary(model).", () => summary(none)],
];

const misplaced =
  "the state is an object with lengths, which come third; use forward(x, undefined, { lengths }).";
const array = "the input is an array, not a tensor; use tensor().";
const isNoRun = "detachState: expected a state, h or { h, c }; pass the `state` that forward() returned.";

const INPUTS: Cases = [
  [
    "Linear: the input is { output, state }, not a tensor; use .output.",
    () => new Linear(2, 2).forward(new LSTM(2, 2).forward(zeros([1, 1, 2])) as unknown as Tensor),
  ],
  ["Flatten: the input is undefined, not a tensor; use tensor().", () => new Flatten().forward(none)],
  [`Unflatten: ${array}`, () => new Unflatten(0, [1]).forward(wrong([1]))],
  [
    "LSTM: lengths is null; use an array of 2 whole numbers from 1 to 3.",
    () => new LSTM(1, 1).forward(zeros([3, 2, 1]), undefined, { lengths: wrong(null) }),
  ],
  ["GRUCell: the input is undefined, not a tensor; use tensor().", () => new GRUCell(2, 2).forward(none)],
  [`LSTM: ${array}`, () => new LSTM(2, 2).forward(wrong([[[1, 2]]]))],
  [`Conv2d: ${array}`, () => new Conv2d(1, 2, 3).forward(wrong([1]))],
  [`Bilinear: ${array}`, () => new Bilinear(1, 2, 3).forward(zeros([1]), wrong([1, 2]))],
  [`GroupNorm: ${array}`, () => new GroupNorm(1, 2).forward(wrong([1]))],
  [`AdaptiveAvgPool1d: ${array}`, () => new AdaptiveAvgPool1d(2).forward(wrong([1]))],
  [`VariationalDropout: ${array}`, () => new VariationalDropout().forward(wrong([1]))],
  [`LSTM: ${misplaced}`, () => new LSTM(2, 2).forward(zeros([1, 1, 2]), wrong({ lengths: [1] }))],
  [`GRU: ${misplaced}`, () => new GRU(2, 2).forward(zeros([1, 1, 2]), wrong({ lengths: [1] }))],
  ["init.constant: value is undefined; use a number.", () => init.constant(zeros([2]), none)],
  [isNoRun, () => detachState(wrong([zeros([1]), zeros([1])]))],
  [isNoRun, () => detachState(wrong(null))],
];

const isNoState = "the state is the module Linear, not tensors by name; pass model.stateDict().";

const average = (): ExponentialMovingAverage => new ExponentialMovingAverage(model().parameters());
const optimizer = (): Adam => new Adam(model().parameters());
const returned = "pass what stateDict() returned.";

const STATES: Cases = [
  [
    "loadStateDict: the state is a Promise; await what loads it.",
    () => model().loadStateDict(wrong(Promise.resolve({}))),
  ],
  [`Adam: loadStateDict: the state has no state; ${returned}`, () => optimizer().loadStateDict(wrong({}))],
  [`Adam: loadStateDict: the state is undefined; ${returned}`, () => optimizer().loadStateDict(none)],
  [
    `Adam: loadStateDict: state is null, not tensors by name; ${returned}`,
    () => optimizer().loadStateDict(wrong({ state: null, groups: [] })),
  ],
  [
    `Adam: loadStateDict: groups is [{}], no list of groups with params; ${returned}`,
    () => optimizer().loadStateDict(wrong({ state: {}, groups: [{}] })),
  ],
  [
    "Adam: loadStateDict: 0.exp_avg is an array, not a tensor; use tensor().",
    () => optimizer().loadStateDict({ ...optimizer().stateDict(), state: { "0.exp_avg": wrong([1, 2]) } }),
  ],
  [
    `ExponentialMovingAverage: loadStateDict: the state has no state; ${returned}`,
    () => average().loadStateDict(wrong({})),
  ],
  [
    'ExponentialMovingAverage: loadStateDict: updates is "1"; use a whole number ≥ 0.',
    () => average().loadStateDict({ ...average().stateDict(), updates: wrong("1") }),
  ],
  [
    "ExponentialMovingAverage: copyTo: the parameters are undefined, no list of tensors; pass model.parameters().",
    () => average().copyTo(none),
  ],
  [
    "NonMonotonicAveraging: loadStateDict: losses is [null]; use a list of numbers.",
    () =>
      new NonMonotonicAveraging(model().parameters()).loadStateDict(
        wrong({ ...average().stateDict(), losses: [null], hasStarted: true }),
      ),
  ],
];

const FILES: Cases = [
  [`safetensors: ${isNoState}`, () => toSafetensors(wrong(model()))],
  [`safetensors: ${isNoState}`, () => saveSafetensors("never.safetensors", wrong(model()))],
  [`loadStateDict: ${isNoState}`, () => model().loadStateDict(wrong(model()))],
  [
    "loadStateDict: the state is { tensors, … }; pass its .tensors.",
    () => model().loadStateDict(wrong({ tensors: {}, metadata: {} })),
  ],
  [
    'safetensors: "epoch" is 1, not a tensor; pass model.stateDict().',
    () => toSafetensors({ epoch: wrong(1) }),
  ],
  [
    'safetensors: "x.safetensors" is no Uint8Array with the bytes of a file; use loadSafetensors("x.safetensors") of @weft/nn/node.',
    () => fromSafetensors(wrong("x.safetensors")),
  ],
  [
    "safetensors: an object of class ArrayBuffer is no Uint8Array with the bytes of a file; use new Uint8Array(buffer).",
    () => fromSafetensors(wrong(new ArrayBuffer(8))),
  ],
];

describe.each([
  ["sizes", SIZES],
  ["options", OPTIONS],
  ["modules and schedules", MODULES],
  ["parameters", PARAMETERS],
  ["containers", CONTAINERS],
  ["inputs and states", INPUTS],
  ["states of optimizers and averages", STATES],
  ["states for files", FILES],
])("wrong %s", (_, cases) => {
  it.each(cases)("%s", async (message, run) => {
    const refusal: unknown = await (async () => run())().catch((error) => error);
    expect(refusal instanceof Error && refusal.message).toBe(message);
  });
});

it("tensors in the place of options are shown by their shapes", () => {
  expect(() => new Adam(wrong([model().parameters()]))).toThrow(/^Adam: .{0,200}$/);
  expect(JSON.stringify({ x: zeros([2]) })).toBe('{"x":"Tensor f32 (2)"}');
});

describe("a state that is kept in a field", () => {
  class Stateful extends Module {
    readonly lstm = new LSTM(2, 2);
    last: Tensor | undefined = undefined;

    forward(x: Tensor): Tensor {
      const { output, state } = this.lstm.forward(x);
      this.last = state.h;
      return output;
    }
  }

  it("is no parameter while it has a history", () => {
    const model = new Stateful();
    const names = Object.keys(model.stateDict());
    model.forward(tensor([[[1, 2]]]));
    expect(model.last?.requiresGrad).toBe(true);
    expect(Object.keys(model.stateDict())).toEqual(names);
    expect(model.parameters()).toHaveLength(4);
  });

  it("is none at first, and detachState leaves it so", () => {
    expect(detachState(undefined)).toBeUndefined();
  });
});
