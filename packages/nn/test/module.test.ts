import { Adam, clipGradNorm, Embedding, GRU, Linear, LSTM, Module } from "@weft/nn";
import { Generator, ones, open, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

class Model extends Module {
  readonly tokenTable = new Embedding(5, 3);
  readonly recurrent = new LSTM(3, 4, { numLayers: 2 });
  readonly blocks = [new Linear(4, 4, { bias: false }), new Linear(4, 2)];
  readonly scale = ones([1]);
}

describe("Module", () => {
  it("finds its tensors by walking fields, under PyTorch's names", () => {
    const model = new Model();
    expect(Object.keys(model.stateDict())).toEqual([
      "scale",
      "token_table.weight",
      ...["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map((name) => `recurrent.${name}`),
      ...["weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1"].map((name) => `recurrent.${name}`),
      ...["blocks.0.weight", "blocks.1.weight", "blocks.1.bias"],
    ]);
    expect(model.namedParameters().map(([name]) => name)).not.toContain("scale");
    expect(model.parameters().length).toBe(12);
  });

  it("passes training mode on", () => {
    const model = new Model().eval();
    expect([model.training, model.recurrent.training, model.blocks[1]?.training]).toEqual([
      false,
      false,
      false,
    ]);
    expect(model.train().blocks[0]?.training).toBe(true);
  });

  it("loads a state by name", async () => {
    const [a, b] = [new Linear(2, 1), new Linear(2, 1)];
    b.loadStateDict(a.stateDict());
    expect(await b.weight.toArray()).toEqual(await a.weight.toArray());
    b.loadStateDict(b.stateDict());
    expect(await b.weight.toArray()).toEqual(await a.weight.toArray());
  });

  it("refuses a state of other names or shapes", () => {
    const linear = new Linear(2, 1);
    const weight = zeros([1, 2]);
    expect(() => linear.loadStateDict({ weight, extra: weight })).toThrow(
      "loadStateDict: bias missing; extra unknown; load the state of a model with the same layers.",
    );
    expect(() => linear.loadStateDict({ weight: zeros([2, 1]), bias: zeros([1]) })).toThrow(
      "loadStateDict: weight is (1, 2) here and (2, 1) in the state; build the model with the sizes it was saved with.",
    );
  });

  it("starts from the same numbers for the same seed", async () => {
    const weights = async () =>
      (await new GRU(2, 3, { generator: new Generator(5) }).weightIh[0]?.data()) ?? [];
    expect(await weights()).toEqual(await weights());
  });
});

describe("optimizers", () => {
  const parameter = (): Tensor => tensor([1], { requiresGrad: true });

  it("name an option that is out of range", () => {
    expect(() => new Adam([])).toThrow(
      "Adam: there are no parameters; pass model.parameters(), in which a tensor that was computed is none: detach() it and set its requiresGrad.",
    );
    expect(() => new Adam([parameter()], { learningRate: -1 })).toThrow(
      "Adam: learningRate is -1; use a number ≥ 0.",
    );
    expect(() => new Adam([parameter()], { betas: [0.9, 1] })).toThrow(
      "Adam: betas[1] is 1; use a number in [0, 1).",
    );
    expect(() => clipGradNorm([parameter()], 0)).toThrow("clipGradNorm: maxNorm is 0; use a number > 0.");
  });

  it("leave a parameter without a gradient alone", async () => {
    const x = parameter();
    new Adam([x]).step();
    expect(await x.toArray()).toEqual([1]);
  });
});
