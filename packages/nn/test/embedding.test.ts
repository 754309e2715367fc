import { Embedding, Linear, Module } from "@weft/nn";
import { Generator, memory, ones, open, scope, sum, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const ids = (...values: number[]): Tensor => tensor(values, { dtype: "i32" });

describe("Embedding", () => {
  it("has the same gradient to the last bit at every run, also where ids come thousands of times", async () => {
    const layer = new Embedding(5, 33, { generator: new Generator(1) });
    const many = tensor(
      Int32Array.from({ length: 6000 }, (_, i) => (i * i + 3 * i) % 5),
      { shape: [60, 100] },
    );
    const weights = tensor(
      Float32Array.from({ length: 6000 * 33 }, (_, i) => Math.sin(i) * 10 ** (i % 7)),
      { shape: [60, 100, 33] },
    );
    const run = async () => {
      layer.weight.grad = undefined;
      sum(layer.forward(many).mul(weights)).backward();
      return (await (layer.weight.grad as unknown as Tensor).data()) as Float32Array;
    };
    const bits = (x: Float32Array) => Array.from(new Uint32Array(x.buffer, x.byteOffset, x.length));
    const first = bits(await run());
    expect(new Set(first).size).toBeGreaterThan(90);
    expect(bits(await run())).toEqual(first);
    expect(bits(await run())).toEqual(first);
  });

  it("starts its padding row at 0 and leaves it there in training", async () => {
    const layer = new Embedding(4, 2, { paddingIdx: -4 });
    expect(layer.paddingIdx).toBe(0);
    expect(await layer.weight.select(0, 0).toArray()).toEqual([0, 0]);
    expect([layer.weight.requiresGrad, layer.weight.call]).toEqual([true, undefined]);
    sum(layer.forward(ids(0, 0, 3))).backward();
    expect(await layer.weight.grad?.toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  it("may be asked twice before backward, though maxNorm writes its rows in place", async () => {
    const weight = tensor([
      [3, 4],
      [0.3, 0.4],
      [6, 8],
    ]);
    const layer = Embedding.fromPretrained(weight, { maxNorm: 1, freeze: false });
    const first = layer.forward(ids(0, 1));
    const second = layer.forward(ids(2, 1));
    sum(first.add(second)).backward();
    expect(await layer.weight.grad?.toArray()).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
    const rows = (await layer.weight.data()) as Float32Array;
    for (const [i, value] of [0.6, 0.8, 0.3, 0.4, 0.6, 0.8].entries()) expect(rows[i]).toBeCloseTo(value, 6);
    expect(await weight.data()).toEqual(rows); // shared, not copied
  });

  it("leaves nothing behind when it shortens rows", () => {
    const layer = new Embedding(4, 2, { maxNorm: 0.5 });
    const looked = ids(1, 2);
    const before = memory().tensors;
    scope(() => void layer.forward(looked));
    expect(memory().tensors).toBe(before);
  });

  it("of a pretrained table is frozen unless told otherwise, and keeps its padding row", async () => {
    const table = ones([3, 2]);
    const frozen = Embedding.fromPretrained(table, { paddingIdx: 1 });
    expect([frozen.parameters().length, frozen.buffers().length]).toEqual([0, 1]);
    expect(await frozen.weight.select(0, 1).toArray()).toEqual([1, 1]);
    expect(table.requiresGrad).toBe(false);
    const trained = Embedding.fromPretrained(table, { freeze: false });
    expect(trained.parameters()).toEqual([trained.weight]);
    expect(trained.weight.storage).toBe(table.storage);
  });
});

describe("tied weights", () => {
  class Tied extends Module {
    readonly embedding = new Embedding(4, 3, { generator: new Generator(2) });
    readonly decoder = new Linear(3, 4, { bias: false });
    constructor() {
      super();
      this.decoder.weight.dispose();
      this.decoder.weight = this.embedding.weight;
    }
    forward(x: Tensor): Tensor {
      return this.decoder.forward(this.embedding.forward(x));
    }
  }

  it("are one parameter under two names, with the gradients of both uses", async () => {
    const model = new Tied();
    expect(Object.keys(model.stateDict())).toEqual(["embedding.weight", "decoder.weight"]);
    expect(model.namedParameters().map(([name]) => name)).toEqual(["embedding.weight"]);
    const [a, b] = [new Embedding(4, 3), new Linear(3, 4, { bias: false })];
    const { weight } = model.embedding;
    for (const layer of [a, b]) layer.loadStateDict({ weight });
    const looked = ids(1, 1, 3);
    sum(model.forward(looked)).backward();
    sum(b.forward(a.forward(looked))).backward();
    const apart = (await (a.weight.grad as Tensor).add(b.weight.grad as Tensor).data()) as Float32Array;
    const together = (await (weight.grad as Tensor).data()) as Float32Array;
    for (const [i, value] of together.entries()) expect(value).toBeCloseTo(apart[i] as number, 5);
  });

  it("load under both names", async () => {
    const [from, to] = [new Tied(), new Tied()];
    to.loadStateDict(from.stateDict());
    expect(await to.decoder.weight.data()).toEqual(await from.embedding.weight.data());
    expect(to.decoder.weight).toBe(to.embedding.weight);
  });
});

describe("Embedding says what it expects:", () => {
  it.each<[string, () => unknown]>([
    ["Embedding: numEmbeddings is 0; use a whole number ≥ 1.", () => new Embedding(0, 3)],
    [
      "Embedding: embeddingDim is undefined; use a whole number ≥ 1.",
      () => new Embedding(3, undefined as never),
    ],
    [
      "Embedding: paddingIdx is 3; use a whole number from −3 to 2.",
      () => new Embedding(3, 2, { paddingIdx: 3 }),
    ],
    [
      "Embedding: paddingIdx is -4; use a whole number from −3 to 2.",
      () => new Embedding(3, 2, { paddingIdx: -4 }),
    ],
    ["Embedding: maxNorm is 0; use a number > 0, also Infinity.", () => new Embedding(3, 2, { maxNorm: 0 })],
    [
      "Embedding: normType is NaN; use a number > 0, also Infinity.",
      () => new Embedding(3, 2, { normType: Number.NaN }),
    ],
    [
      'Embedding: there is no option "padding_idx"; use paddingIdx, maxNorm, normType, scaleGradByFreq, weight, generator.',
      () => new Embedding(3, 2, { padding_idx: 1 } as never),
    ],
    ["Embedding: weights must be (V, C), got (3).", () => Embedding.fromPretrained(zeros([3]))],
    ["Embedding: weight must be (3, 2), got (2, 3).", () => new Embedding(3, 2, { weight: zeros([2, 3]) })],
  ])("%s", (message, wrong) => {
    expect(wrong).toThrow(message);
  });
});
