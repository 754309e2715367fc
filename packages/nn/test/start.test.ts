// The initial values of layers, and the sizes and options that their constructors refuse.
import {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AvgPool1d,
  Bilinear,
  Conv1d,
  Conv2d,
  Embedding,
  GroupNorm,
  LayerNorm,
  Linear,
  MaxPool2d,
  type Module,
  RMSNorm,
} from "@weft/nn";
import { Generator, normal, open, type Tensor, uniform, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("initial values are PyTorch's: the weight first, then the bias, of", () => {
  const start = (shape: readonly number[], fan: number) => (generator: Generator) =>
    uniform(shape, { generator, low: -1 / Math.sqrt(fan), high: 1 / Math.sqrt(fan) });
  type Draw = (generator: Generator) => Tensor;
  it.each<[string, (generator: Generator) => Module, readonly Draw[]]>([
    ["Linear", (generator) => new Linear(9, 4, { generator }), [start([4, 9], 9), start([4], 9)]],
    ["Bilinear", (generator) => new Bilinear(4, 3, 5, { generator }), [start([5, 4, 3], 4), start([5], 4)]],
    [
      "Embedding",
      (generator) => new Embedding(6, 5, { generator }),
      [(generator) => normal([6, 5], { generator })],
    ],
    [
      "Conv1d",
      (generator) => new Conv1d(4, 6, 5, { groups: 2, generator }),
      [start([6, 2, 5], 10), start([6], 10)],
    ],
    [
      "Conv2d",
      (generator) => new Conv2d(3, 2, [3, 1], { generator }),
      [start([2, 3, 3, 1], 9), start([2], 9)],
    ],
  ])("%s", async (_, make, draws) => {
    const generator = new Generator(11);
    const expected = draws.map((draw) => draw(generator));
    const parameters = make(new Generator(11)).parameters();
    expect(await Promise.all(parameters.map((x) => x.toArray()))).toEqual(
      await Promise.all(expected.map((x) => x.toArray())),
    );
  });

  it("layers that normalise: ones and zeros", async () => {
    for (const layer of [new LayerNorm(3), new GroupNorm(1, 3), new RMSNorm(3)]) {
      const values = await Promise.all(layer.parameters().map((x) => x.toArray()));
      const expected = [
        [1, 1, 1],
        [0, 0, 0],
      ];
      expect(values).toEqual(expected.slice(0, values.length));
      expect(Object.keys(layer.stateDict())).toEqual(["weight", "bias"].slice(0, values.length));
    }
    expect(new LayerNorm(3, { bias: false }).parameters().length).toBe(1);
    expect(new LayerNorm(3, { elementwiseAffine: false }).parameters()).toEqual([]);
  });
});

describe("a constructor says what it expects:", () => {
  const pair = "use a whole number ≥ 1, or a pair of them.";
  const lengths = (layer: string) =>
    `use the length of the axis to normalise, such as new ${layer}(128), or several of the last ones, [4, 128].`;
  it.each<[string, () => unknown]>([
    ["Linear: inFeatures is 0; use a whole number ≥ 1.", () => new Linear(0, 2)],
    ["Linear: outFeatures is NaN; use a whole number ≥ 1.", () => new Linear(2, Number.NaN)],
    ["Linear: outFeatures is 2.5; use a whole number ≥ 1.", () => new Linear(2, 2.5)],
    ["Linear: outFeatures is undefined; use a whole number ≥ 1.", () => new Linear(2, undefined as never)],
    [
      'Linear: there is no option "Bias"; use bias, generator.',
      () => new Linear(2, 2, { Bias: false } as never),
    ],
    ["Linear: the options are false; use an object, { bias: … }.", () => new Linear(2, 2, false as never)],
    ["Linear: generator is 7; use new Generator(seed).", () => new Linear(2, 2, { generator: 7 as never })],
    ["Bilinear: in2Features is -1; use a whole number ≥ 1.", () => new Bilinear(2, -1, 2)],
    [
      "Bilinear expects (…, 2) and (…, 3) with the same axes before, got (4, 2) and (5, 3).",
      () => new Bilinear(2, 3, 1).forward(zeros([4, 2]), zeros([5, 3])),
    ],
    [
      `LayerNorm: normalizedShape is undefined; ${lengths("LayerNorm")}`,
      () => new LayerNorm(undefined as never),
    ],
    [`LayerNorm: normalizedShape is []; ${lengths("LayerNorm")}`, () => new LayerNorm([])],
    [`RMSNorm: normalizedShape is [3, 0.5]; ${lengths("RMSNorm")}`, () => new RMSNorm([3, 0.5])],
    [
      'LayerNorm: there is no option "affine"; use eps, elementwiseAffine, bias.',
      () => new LayerNorm(3, { affine: false } as never),
    ],
    [
      "layerNorm: normalizedShape is (3), expected the last axis of x (2, 4), or several of them.",
      () => new LayerNorm(3).forward(zeros([2, 4])),
    ],
    [
      "GroupNorm: numGroups is 4 and numChannels 6; use a number of groups that divides the channels.",
      () => new GroupNorm(4, 6),
    ],
    ["GroupNorm: x must be (N, 6, …), got (2, 5, 3).", () => new GroupNorm(2, 6).forward(zeros([2, 5, 3]))],
    ["Conv1d: kernelSize is 0; use a whole number ≥ 1.", () => new Conv1d(1, 1, 0)],
    ["Conv1d: kernelSize is [3,3]; use a whole number ≥ 1.", () => new Conv1d(1, 1, [3, 3] as never)],
    [
      `Conv2d: kernelSize is undefined; ${pair}`.replace("undefined", "null"),
      () => new Conv2d(1, 1, null as never),
    ],
    [`Conv2d: stride is [1,0]; ${pair}`, () => new Conv2d(1, 1, 3, { stride: [1, 0] })],
    [
      "Conv2d: padding is -1; use a whole number ≥ 0, or a pair of them.",
      () => new Conv2d(1, 1, 3, { padding: -1 }),
    ],
    [
      'Conv1d: padding is "full"; use "same", "valid" or numbers.',
      () => new Conv1d(1, 1, 3, { padding: "full" as never }),
    ],
    [
      'Conv2d: stride is 2 with padding "same"; use stride 1, or numbers for padding.',
      () => new Conv2d(1, 1, 3, { stride: 2, padding: "same" }),
    ],
    [
      "Conv1d: groups is 2; use a whole number that divides 3 and 4 channels.",
      () => new Conv1d(3, 4, 3, { groups: 2 }),
    ],
    [
      'Conv1d: paddingMode is "mirror"; use zeros, reflect, replicate, circular.',
      () => new Conv1d(3, 4, 3, { paddingMode: "mirror" as never }),
    ],
    [
      "conv1d: weight (4, 3, 3) with groups 1 expects 3 channels, x (2, 5, 9) has 5; weight must be (O, C / groups, k).",
      () => new Conv1d(3, 4, 3).forward(zeros([2, 5, 9])),
    ],
    [`MaxPool2d: kernelSize is [2,2,2]; ${pair}`, () => new MaxPool2d([2, 2, 2] as never)],
    [
      'MaxPool2d: there is no option "returnIndices"; use stride, padding, dilation, ceilMode.',
      () => new MaxPool2d(2, { returnIndices: true } as never),
    ],
    ["AvgPool1d: stride is 0; use a whole number ≥ 1.", () => new AvgPool1d(2, { stride: 0 })],
    ["AdaptiveAvgPool1d: outputSize is 0; use a whole number ≥ 1.", () => new AdaptiveAvgPool1d(0)],
    [
      "AdaptiveAvgPool2d: x must be (N, C, H, W) or (C, H, W), got (2, 3).",
      () => new AdaptiveAvgPool2d(1).forward(zeros([2, 3])),
    ],
  ])("%s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });
});
