import { Dropout, Embedding, GRUCell, Linear, LSTMCell, Module, RNN } from "@weft/nn";
import "@weft/autograd";
import { Generator, ones, open, ShapeError, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("names", () => {
  class Stack extends Module {
    readonly outProjection = [ones([1], { requiresGrad: true }), ones([2])];
    readonly cell = new GRUCell(1, 1, { bias: false });
    readonly layers = [new Dropout(0.5), new Linear(1, 1, { bias: false })];
    readonly size = 3;
    readonly nothing = undefined;
    readonly #hidden = new Linear(1, 1);
    hidden = () => this.#hidden;
  }

  it("are PyTorch's for arrays of tensors and of modules, and for cells", () => {
    const module = new Stack();
    expect(Object.keys(module.stateDict())).toEqual([
      ...["out_projection.0", "out_projection.1"],
      ...["cell.weight_ih", "cell.weight_hh"],
      "layers.1.weight",
    ]);
    expect(module.namedParameters().map(([name]) => name)).not.toContain("out_projection.1");
  });

  it("stand for the module's own tensors", () => {
    const linear = new Linear(2, 1);
    expect(linear.stateDict()["weight"]).toBe(linear.weight);
    const [weight, bias] = linear.parameters();
    expect(weight).toBe(linear.weight);
    expect(bias).toBe(linear.bias);
    expect(new Linear(2, 1, { bias: false }).bias).toBeUndefined();
  });
});

describe("loadStateDict", () => {
  it("changes nothing when one entry does not fit", async () => {
    const linear = new Linear(2, 1);
    const before = await linear.weight.toArray();
    expect(() => linear.loadStateDict({ weight: ones([1, 2]), bias: ones([2]) })).toThrow(
      new ShapeError(
        "loadStateDict: bias is (1) here and (2) in the state; build the model with the sizes it was saved with.",
      ),
    );
    expect(await linear.weight.toArray()).toEqual(before);
  });

  it("copies: the model and the state stay apart, and parameters stay parameters", async () => {
    const linear = new Linear(2, 1, { bias: false });
    const { weight } = linear;
    const state = { weight: tensor([[1, 2]]) };
    linear.loadStateDict(state);
    state.weight.dispose();
    expect(linear.weight).toBe(weight);
    expect([weight.requiresGrad, weight.call]).toEqual([true, undefined]);
    expect(await weight.toArray()).toEqual([[1, 2]]);
  });
});

describe("a layer says what it expects:", () => {
  const cases: [message: string, wrong: () => unknown][] = [
    [
      "Linear expects 3 features on the last axis, got (5, 4).",
      () => new Linear(3, 2).forward(zeros([5, 4])),
    ],
    ["embedding: input 2 is f32, expected i32; use cast().", () => new Embedding(2, 3).forward(zeros([2]))],
  ];
  it.each(cases)("%s", (message, wrong) => {
    const pattern = message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    expect(wrong).toThrow(new RegExp(`^${pattern}$`));
  });
});

describe("seeds", () => {
  it.each([
    ["Linear", (generator: Generator) => new Linear(3, 2, { generator })],
    ["Embedding", (generator: Generator) => new Embedding(3, 2, { generator })],
    ["RNN", (generator: Generator) => new RNN(3, 2, { generator, numLayers: 2 })],
    ["LSTMCell", (generator: Generator) => new LSTMCell(3, 2, { generator })],
  ])("decide the start of %s", async (_, make) => {
    const start = (seed: number) =>
      Promise.all(
        make(new Generator(seed))
          .parameters()
          .map((x) => x.toArray()),
      );
    const [first, again, other] = [await start(1), await start(1), await start(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("decide the mask of Dropout, which is new at each call and off in evaluation", async () => {
    const x = ones([64]);
    const [a, b] = [1, 1].map((seed) => new Dropout(0.5, { generator: new Generator(seed) })) as [
      Dropout,
      Dropout,
    ];
    const first = await a.forward(x).data();
    expect(await b.forward(x).data()).toEqual(first);
    expect(await a.forward(x).data()).not.toEqual(first);
    expect(a.eval().forward(x)).toBe(x);
  });
});
