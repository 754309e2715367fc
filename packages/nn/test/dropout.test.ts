import {
  Dropout,
  Dropout1d,
  Dropout2d,
  GRU,
  Linear,
  LSTM,
  Module,
  RNN,
  VariationalDropout,
  WeightDrop,
} from "@weft/nn";
import { Generator, ones, open, sum, type Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

type Numbers = Float32Array;
const numbers = async (x: Tensor): Promise<Numbers> => (await x.data()) as Numbers;

describe("dropout layers", () => {
  const kinds = [
    ["Dropout", (p: number, generator: Generator) => new Dropout(p, { generator }), []],
    [
      "VariationalDropout",
      (p: number, generator: Generator) => new VariationalDropout(p, { generator }),
      [0],
    ],
    [
      "VariationalDropout, batch first",
      (p: number, generator: Generator) => new VariationalDropout(p, { generator, batchFirst: true }),
      [1],
    ],
    ["Dropout1d", (p: number, generator: Generator) => new Dropout1d(p, { generator }), [2]],
    ["Dropout2d", (p: number, generator: Generator) => new Dropout2d(p, { generator }), [2, 3]],
  ] as const;

  describe.each(kinds)("%s", (name, make, shared) => {
    const shape = name === "Dropout2d" ? [20, 30, 5, 3] : [20, 30, 7];
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
    const maskShape = shape.map((n, axis) => ((shared as readonly number[]).includes(axis) ? 1 : n));
    const choices = maskShape.reduce((size, n) => size * n, 1);

    it("keeps with probability 1 − p, scales, and shares the mask along its axes", async () => {
      const y = await numbers(make(0.25, new Generator(3)).forward(ones(shape)));
      const scale = Math.fround(4 / 3);
      for (const value of y) if (value !== 0) expect(value).toBeCloseTo(scale, 6);
      for (const i of y.keys()) {
        const first = shared.reduce<number>((at, axis) => {
          const stride = strides[axis] as number;
          return at - (Math.floor(i / stride) % (shape[axis] as number)) * stride;
        }, i);
        if (y[i] !== y[first]) throw new Error(`${i} and ${first} differ`);
      }
      const kept = y.filter((value) => value !== 0).length / y.length;
      // Five deviations of a mean of so many choices.
      expect(Math.abs(kept - 0.75)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / choices));
    });

    it("draws a new mask at each call, the same for the same seed, and passes gradients through it", async () => {
      const x = ones(shape, { requiresGrad: true });
      const layer = make(0.5, new Generator(5));
      const y = layer.forward(x);
      sum(y).backward();
      expect(await numbers(x.grad as unknown as Tensor)).toEqual(await numbers(y));
      expect(await numbers(layer.forward(x))).not.toEqual(await numbers(y));
      expect(await numbers(make(0.5, new Generator(5)).forward(x))).toEqual(await numbers(y));
    });

    it("does nothing in evaluation or for p = 0, and leaves nothing for p = 1", async () => {
      const x = ones(shape);
      expect(make(0.5, new Generator(5)).eval().forward(x)).toBe(x);
      expect(make(0, new Generator(5)).forward(x)).toBe(x);
      expect(new Set(await numbers(make(1, new Generator(5)).forward(x)))).toEqual(new Set([0]));
    });
  });

  it.each<[string, () => unknown]>([
    ["Dropout: p is 1.5; use a probability in [0, 1].", () => new Dropout(1.5)],
    ["Dropout1d: p is NaN; use a probability in [0, 1].", () => new Dropout1d(Number.NaN)],
    [
      'Dropout: there is no option "inplace"; use generator.',
      () => new Dropout(0.5, { inplace: true } as never),
    ],
    ["Dropout: generator is 5; use new Generator(seed).", () => new Dropout(0.5, { generator: 5 as never })],
    ["VariationalDropout: x must be (T, B, …), got (3).", () => new VariationalDropout().forward(zeros([3]))],
    ["Dropout1d: x must be (N, C, L) or (C, L), got (3).", () => new Dropout1d().forward(zeros([3]))],
    [
      "Dropout2d: x must be (N, C, H, W), got (3, 4, 5); use Dropout1d for (N, C, L), or unsqueeze(x, 0) for one image.",
      () => new Dropout2d().eval().forward(zeros([3, 4, 5])),
    ],
  ])("say: %s", (message, wrong) => {
    expect(wrong).toThrow(message);
  });
});

describe("WeightDrop", () => {
  it.each([
    ["RNN", () => new RNN(3, 5, { numLayers: 2, generator: new Generator(1) })],
    ["LSTM", () => new LSTM(3, 5, { numLayers: 2, generator: new Generator(1) })],
    ["GRU", () => new GRU(3, 5, { numLayers: 2, generator: new Generator(1) })],
  ])("runs %s with the weights times one mask, and passes the gradient through it", async (_, make) => {
    const inner = make();
    const layer = new WeightDrop(inner, ["weightHh"], 0.5, { generator: new Generator(7) });
    const x = ones([4, 2, 3]);
    const raw = inner.weightHh.map((weight) => weight);
    const output = (layer.forward(x) as { output: Tensor }).output;
    expect(inner.weightHh).toEqual(raw);
    sum(output).backward();

    // The same masks by hand, on a copy whose weights are dropped for good.
    const masks = new Generator(7);
    const copy = make();
    const drop = new Dropout(0.5, { generator: masks });
    const dropped = raw.map((weight) => drop.forward(ones(weight.shape)));
    const state = { ...inner.stateDict() };
    for (const [i, mask] of dropped.entries()) {
      state[`weight_hh_l${i}`] = (raw[i] as Tensor).detach().mul(mask);
    }
    copy.loadStateDict(state);
    const expected = (copy.forward(x) as { output: Tensor }).output;
    expect(await numbers(output)).toEqual(await numbers(expected));
    sum(expected).backward();
    for (const [i, mask] of dropped.entries()) {
      const masked = mask.mul(copy.weightHh[i]?.grad as Tensor);
      const grad = await numbers(raw[i]?.grad as Tensor);
      for (const [at, value] of (await numbers(masked)).entries()) expect(grad[at]).toBeCloseTo(value, 5);
    }
  });

  it("draws anew at each forward, and is the module itself in evaluation", async () => {
    const inner = new GRU(3, 5);
    const layer = new WeightDrop(inner, ["weightHh"], 0.5);
    const x = ones([3, 1, 3]);
    const run = async () => numbers(layer.forward(x).output);
    expect(await run()).not.toEqual(await run());
    layer.eval();
    expect([layer.training, inner.training]).toEqual([false, false]);
    expect(await run()).toEqual(await numbers(inner.forward(x).output));
  });

  it("keeps parameters and names, also after a forward that throws", () => {
    const inner = new LSTM(3, 5);
    const layer = new WeightDrop(inner, ["weightHh"], 0.5);
    const before = inner.weightHh;
    expect(() => layer.forward(zeros([3, 1, 4]))).toThrow(/^WeightDrop\.module: LSTM: input must be/);
    expect(inner.weightHh).toBe(before);
    expect(Object.keys(layer.stateDict())).toEqual(
      ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map((name) => `module.${name}`),
    );
    expect(layer.parameters()).toEqual(inner.parameters());
  });

  it("drops single tensors too, and names a field that holds none", async () => {
    const layer = new WeightDrop(new Linear(64, 1, { bias: false }), ["weight"], 1);
    expect(await layer.forward(ones([64])).toArray()).toEqual([0]);
    const message = 'WeightDrop: Linear has no field "weightHh" that holds a tensor or an array of tensors.';
    expect(() => new WeightDrop(new Linear(2, 2), ["weightHh"])).toThrow(message);
    class Model extends Module {
      readonly rnn = layer;
    }
    expect(Object.keys(new Model().stateDict())).toEqual(["rnn.module.weight"]);
  });
});
