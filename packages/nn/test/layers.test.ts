import {
  Dropout,
  detachState,
  Embedding,
  GRU,
  GRUCell,
  Linear,
  LSTM,
  LSTMCell,
  Module,
  RNN,
  RNNCell,
} from "@weft/nn";
import "@weft/autograd";
import { Generator, ones, open, ShapeError, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("names", () => {
  class Stack extends Module {
    readonly outProjection = [ones([1], { requiresGrad: true }), ones([2])];
    readonly inner = [[new Linear(1, 1)]];
    readonly cell = new GRUCell(1, 1, { bias: false });
    readonly layers = [new Dropout(0.5), new Linear(1, 1, { bias: false })];
    readonly size = 3;
    readonly nothing = undefined;
    readonly #hidden = new Linear(1, 1);
    hidden = () => this.#hidden;
  }

  it("are PyTorch's for arrays of tensors, arrays of modules and cells", () => {
    const module = new Stack();
    expect(Object.keys(module.stateDict())).toEqual([
      ...["out_projection_l0", "out_projection_l1"],
      ...["cell.weight_ih", "cell.weight_hh"],
      "layers.1.weight",
    ]);
    expect(module.namedParameters().map(([name]) => name)).not.toContain("out_projection_l1");
  });

  it("stand for the module's own tensors", () => {
    const linear = new Linear(2, 1);
    expect(linear.stateDict()["weight"]).toBe(linear.weight);
    const [weight, bias] = linear.parameters();
    expect(weight).toBe(linear.weight);
    expect(bias).toBe(linear.bias);
    expect(new Linear(2, 1, { bias: false }).bias).toBeUndefined();
  });

  it.each([
    [
      "RNN",
      new Map([
        ["weight_ih_l0", [3, 2]],
        ["weight_hh_l1", [3, 3]],
        ["bias_ih_l1", [3]],
      ]),
      RNN,
    ],
    [
      "LSTM",
      new Map([
        ["weight_ih_l0", [12, 2]],
        ["weight_hh_l1", [12, 3]],
        ["bias_ih_l1", [12]],
      ]),
      LSTM,
    ],
    [
      "GRU",
      new Map([
        ["weight_ih_l0", [9, 2]],
        ["weight_hh_l1", [9, 3]],
        ["bias_ih_l1", [9]],
      ]),
      GRU,
    ],
  ])("and shapes are PyTorch's for %s", (_, shapes, Layer) => {
    const state = new Layer(2, 3, { numLayers: 2 }).stateDict();
    expect(Object.keys(state).length).toBe(8);
    for (const [name, shape] of shapes) expect(state[name]?.shape).toEqual(shape);
    expect(Object.keys(new Layer(2, 3, { bias: false }).stateDict())).toEqual([
      "weight_ih_l0",
      "weight_hh_l0",
    ]);
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
    ["RNN: input must be (T, B, 2), got (4, 2).", () => new RNN(2, 3).forward(zeros([4, 2]))],
    [
      "GRU: input must be (B, T, 2), got (4, 1, 3).",
      () => new GRU(2, 3, { batchFirst: true }).forward(zeros([4, 1, 3])),
    ],
    [
      "GRU: input (0, 1, 2) has no time step; give at least one.",
      () => new GRU(2, 3).forward(zeros([0, 1, 2])),
    ],
    [
      "RNN: state must be (2, 4, 3), got (1, 4, 3).",
      () => new RNN(2, 3, { numLayers: 2 }).forward(zeros([5, 4, 2]), zeros([1, 4, 3])),
    ],
    ["LSTMCell: input must be (B, 2), got (4, 3).", () => new LSTMCell(2, 3).forward(zeros([4, 3]))],
    ["RNNCell: input must be (B, 2), got (1, 4, 2).", () => new RNNCell(2, 3).forward(zeros([1, 4, 2]))],
    [
      "GRUCell: state must be (4, 3), got (1, 3).",
      () => new GRUCell(2, 3).forward(zeros([4, 2]), zeros([1, 3])),
    ],
    ["LSTM: inputSize is 2.5; use a whole number ≥ 1.", () => new LSTM(2.5, 3)],
    ["LSTM: numLayers is 0; use a whole number ≥ 1.", () => new LSTM(2, 3, { numLayers: 0 })],
    ["RNN: dropout is 1.5; use a probability in [0, 1].", () => new RNN(2, 3, { dropout: 1.5 })],
    ["embedding: input 2 is f32, expected i32; use cast().", () => new Embedding(2, 3).forward(zeros([2]))],
  ];
  it.each(cases)("%s", (message, wrong) => {
    const pattern = message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    expect(wrong).toThrow(new RegExp(`^${pattern}$`));
  });
});

describe("recurrent layers", () => {
  const x = () => tensor(Array.from({ length: 24 }, (_, i) => Math.sin(i))).reshape([4, 3, 2]); // (T, B, C)
  const close = async (a: Tensor, b: Tensor) => {
    expect(a.shape).toEqual(b.shape);
    const [left, right] = await Promise.all([a.data(), b.data()]);
    for (const [i, value] of left.entries()) expect(value).toBeCloseTo(right[i] as number, 5);
  };

  it("of two layers are two layers of one", async () => {
    const both = new GRU(2, 3, { numLayers: 2, generator: new Generator(3) });
    const state = both.stateDict();
    const [lower, upper] = [new GRU(2, 3), new GRU(3, 3)];
    for (const [layer, single] of [lower, upper].entries()) {
      single.loadStateDict(
        Object.fromEntries(
          Object.keys(single.stateDict()).map((name) => [
            name,
            state[name.replace("_l0", `_l${layer}`)] as Tensor,
          ]),
        ),
      );
    }
    const first = lower.forward(x());
    const second = upper.forward(first.output);
    const result = both.forward(x());
    await close(result.output, second.output);
    await close(result.state.select(0, 0), first.state.select(0, 0));
    await close(result.state.select(0, 1), second.output.select(0, -1));
  });

  it("go on from the state they returned", async () => {
    const lstm = new LSTM(2, 3, { numLayers: 2, generator: new Generator(4) });
    const whole = lstm.forward(x());
    const { state } = lstm.forward(x().slice(0, 0, 2));
    const rest = lstm.forward(x().slice(0, 2), detachState(state));
    await close(rest.output, whole.output.slice(0, 2));
    await close(rest.state.c, whole.state.c);
  });

  it("have a state of (L, B, H) also with the batch first", () => {
    const { output, state } = new LSTM(2, 5, { numLayers: 2, batchFirst: true }).forward(zeros([3, 4, 2]));
    expect([output.shape, state.h.shape, state.c.shape]).toEqual([
      [3, 4, 5],
      [2, 3, 5],
      [2, 3, 5],
    ]);
  });

  it("do the same step as their cells", async () => {
    const [gru, cell] = [new GRU(2, 3), new GRUCell(2, 3)];
    cell.loadStateDict(
      Object.fromEntries(Object.entries(gru.stateDict()).map(([name, x]) => [name.replace("_l0", ""), x])),
    );
    let h: Tensor | undefined;
    for (const step of x().unbind(0)) h = cell.forward(step, h);
    await close(h as Tensor, gru.forward(x()).output.select(0, -1));
  });

  it("drop nothing after the last layer", async () => {
    const gru = new GRU(2, 8, { dropout: 0.9, generator: new Generator(1) });
    const trained = await gru.forward(x()).output.data();
    expect(await gru.eval().forward(x()).output.data()).toEqual(trained);
  });

  it("pass no gradient through a detached state", async () => {
    const lstm = new LSTM(2, 3);
    const { state } = lstm.forward(x());
    const cut = detachState(state);
    expect([state.h.requiresGrad, cut.h.requiresGrad, cut.c.requiresGrad]).toEqual([true, false, false]);
    expect(await cut.c.data()).toEqual(await state.c.data());
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
