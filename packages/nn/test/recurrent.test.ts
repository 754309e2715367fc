import { backward } from "@weft/autograd";
import {
  detachState,
  disposeState,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type LSTMState,
  RNN,
  RNNCell,
} from "@weft/nn";
import { Generator, memory, ones, open, scope, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const x = () => tensor(Array.from({ length: 24 }, (_, i) => Math.sin(i))).reshape([4, 3, 2]); // (T, B, C)

const close = async (a: Tensor, b: Tensor) => {
  expect(a.shape).toEqual(b.shape);
  const [left, right] = await Promise.all([a.data(), b.data()]);
  for (const [i, value] of left.entries()) expect(value).toBeCloseTo(right[i] as number, 5);
};

/** The tensors of a state under the names of another layer. */
const renamed = (state: Readonly<Record<string, Tensor>>, from: string, to: string) =>
  Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) =>
      name.endsWith(from) ? [[name.slice(0, -from.length) + to, value]] : [],
    ),
  );

describe("the parameters of recurrent layers", () => {
  const shapes = (layer: { stateDict(): Record<string, Tensor> }) =>
    Object.entries(layer.stateDict()).map(([name, { shape }]) => [name, [...shape]]);

  it.each([
    ["RNN", RNN, 1],
    ["GRU", GRU, 3],
    ["LSTM", LSTM, 4],
  ] as const)("of %s have PyTorch's names, order and shapes", (_, Layer, gates) => {
    const rows = gates * 3;
    expect(shapes(new Layer(2, 3, { numLayers: 2, bidirectional: true }))).toEqual(
      [
        ["l0", 2],
        ["l0_reverse", 2],
        ["l1", 6],
        ["l1_reverse", 6],
      ].flatMap(([name, inputs]) => [
        [`weight_ih_${name}`, [rows, inputs]],
        [`weight_hh_${name}`, [rows, 3]],
        [`bias_ih_${name}`, [rows]],
        [`bias_hh_${name}`, [rows]],
      ]),
    );
    expect(Object.keys(new Layer(2, 3, { bias: false }).stateDict())).toEqual([
      "weight_ih_l0",
      "weight_hh_l0",
    ]);
  });

  it("of an LSTM with a projection have PyTorch's names, order and shapes", () => {
    const options = { numLayers: 2, projSize: 2, bidirectional: true };
    expect(shapes(new LSTM(5, 3, options)).slice(5, 15)).toEqual([
      ["weight_ih_l0_reverse", [12, 5]],
      ["weight_hh_l0_reverse", [12, 2]],
      ["bias_ih_l0_reverse", [12]],
      ["bias_hh_l0_reverse", [12]],
      ["weight_hr_l0_reverse", [2, 3]],
      ["weight_ih_l1", [12, 4]],
      ["weight_hh_l1", [12, 2]],
      ["bias_ih_l1", [12]],
      ["bias_hh_l1", [12]],
      ["weight_hr_l1", [2, 3]],
    ]);
    const bare = new LSTM(5, 3, { projSize: 2, bias: false });
    expect(Object.keys(bare.stateDict())).toEqual(["weight_ih_l0", "weight_hh_l0", "weight_hr_l0"]);
    expect(bare.parameters()).toEqual([bare.weightIh[0], bare.weightHh[0], bare.weightHr[0]]);
  });

  it("start within ±1/√H, also those of the projection", async () => {
    const lstm = new LSTM(5, 16, { projSize: 2, bidirectional: true });
    for (const [name, parameter] of lstm.namedParameters()) {
      const largest = Math.max(...Array.from(await parameter.data(), Math.abs));
      expect([name, largest <= 0.25, largest > 0.125]).toEqual([name, true, true]);
    }
  });

  it("keep an option that is given as undefined at its default", () => {
    const options = { numLayers: undefined, bias: undefined, generator: undefined } as unknown as object;
    expect(Object.keys(new GRU(2, 3, options).stateDict()).length).toBe(4);
  });
});

describe("recurrent layers", () => {
  it("of two layers are two layers of one", async () => {
    const both = new GRU(2, 3, { numLayers: 2, generator: new Generator(3) });
    const state = both.stateDict();
    const [lower, upper] = [new GRU(2, 3), new GRU(3, 3)];
    lower.loadStateDict(renamed(state, "_l0", "_l0"));
    upper.loadStateDict(renamed(state, "_l1", "_l0"));
    const first = lower.forward(x());
    const second = upper.forward(first.output);
    const result = both.forward(x());
    await close(result.output, second.output);
    await close(result.state.select(0, 0), first.state.select(0, 0));
    await close(result.state.select(0, 1), second.output.select(0, -1));
  });

  it("of two directions are one layer forwards and one over the flipped input", async () => {
    const both = new LSTM(2, 3, { bidirectional: true, generator: new Generator(3) });
    const state = both.stateDict();
    const [forth, back] = [new LSTM(2, 3), new LSTM(2, 3)];
    forth.loadStateDict(renamed(state, "_l0", "_l0"));
    back.loadStateDict(renamed(state, "_l0_reverse", "_l0"));
    const result = both.forward(x());
    const [a, b] = [forth.forward(x()), back.forward(x().flip(0))];
    await close(result.output.slice(2, 0, 3), a.output);
    await close(result.output.slice(2, 3), b.output.flip(0));
    await close(result.state.h.select(0, 1), b.state.h.select(0, 0));
    await close(result.state.c.select(0, 1), b.state.c.select(0, 0));
  });

  it("go on from the state they returned", async () => {
    const lstm = new LSTM(2, 3, { numLayers: 2, projSize: 2, generator: new Generator(4) });
    const whole = lstm.forward(x());
    const { state } = lstm.forward(x().slice(0, 0, 2));
    const rest = lstm.forward(x().slice(0, 2), detachState(state));
    await close(rest.output, whole.output.slice(0, 2));
    await close(rest.state.h, whole.state.h);
    await close(rest.state.c, whole.state.c);
  });

  it("take the batch first when told so, with a state of (D·L, B, H)", async () => {
    const options = { numLayers: 2, bidirectional: true };
    const lstm = new LSTM(2, 5, { ...options, generator: new Generator(1) });
    const batchFirst = new LSTM(2, 5, { ...options, batchFirst: true });
    batchFirst.loadStateDict(lstm.stateDict());
    const { output, state } = batchFirst.forward(x().transpose(0, 1));
    expect([output.shape, state.h.shape, state.c.shape]).toEqual([
      [3, 4, 10],
      [4, 3, 5],
      [4, 3, 5],
    ]);
    await close(output, lstm.forward(x()).output.transpose(0, 1));
  });

  it.each([false, true])("take one sequence without a batch, batchFirst %s", async (batchFirst) => {
    const lstm = new LSTM(2, 4, { numLayers: 2, bidirectional: true, projSize: 3, batchFirst });
    const one = x().select(1, 0); // (T, C)
    const before = { h: ones([4, 3]), c: ones([4, 4]) };
    const { output, state } = lstm.forward(one, before);
    expect([output.shape, state.h.shape, state.c.shape]).toEqual([
      [4, 6],
      [4, 3],
      [4, 4],
    ]);
    const batch = lstm.forward(one.unsqueeze(batchFirst ? 0 : 1), {
      h: before.h.unsqueeze(1),
      c: before.c.unsqueeze(1),
    });
    await close(output, batch.output.select(batchFirst ? 0 : 1, 0));
    await close(state.c, batch.state.c.select(1, 0));
    expect(new GRU(2, 4).forward(one).state.shape).toEqual([1, 4]);
  });

  it("do the same step as their cells", async () => {
    const [rnn, rnnCell] = [
      new RNN(2, 3, { nonlinearity: "relu" }),
      new RNNCell(2, 3, { nonlinearity: "relu" }),
    ];
    const [gru, gruCell] = [new GRU(2, 3), new GRUCell(2, 3)];
    for (const [layer, cell] of [
      [rnn, rnnCell],
      [gru, gruCell],
    ] as const) {
      cell.loadStateDict(renamed(layer.stateDict(), "_l0", ""));
      let h: Tensor | undefined;
      for (const step of x().unbind(0)) h = cell.forward(step, h);
      await close(h as Tensor, layer.forward(x()).output.select(0, -1));
    }
  });

  it("drop outputs between layers, in training only, and nothing after the last layer", async () => {
    const gru = new GRU(2, 8, { numLayers: 2, dropout: 0.5, generator: new Generator(1) });
    const run = async () => gru.forward(x()).output.data();
    expect(await run()).not.toEqual(await run());
    gru.eval();
    expect(await run()).toEqual(await run());
    const one = new GRU(2, 8, { dropout: 0.9, generator: new Generator(1) });
    const trained = await one.forward(x()).output.data();
    expect(await one.eval().forward(x()).output.data()).toEqual(trained);
  });

  it("pass no gradient through a detached state", async () => {
    const lstm = new LSTM(2, 3);
    const { state } = lstm.forward(x());
    const cut = detachState(state);
    expect([state.h.requiresGrad, cut.h.requiresGrad, cut.c.requiresGrad]).toEqual([true, false, false]);
    expect(await cut.c.data()).toEqual(await state.c.data());
    const h = detachState(new GRU(2, 3, { bidirectional: true }).forward(x()).state);
    expect([h.shape, h.requiresGrad]).toEqual([[2, 3, 3], false]);
  });

  it("start from the same numbers for the same seed", async () => {
    const weights = (seed: number) =>
      new GRU(2, 3, { bidirectional: true, generator: new Generator(seed) }).weightIh[1]?.data();
    expect(await weights(5)).toEqual(await weights(5));
    expect(await weights(5)).not.toEqual(await weights(6));
  });
});

describe("a state carried from step to step", () => {
  let lstm: LSTM;
  beforeAll(() => {
    lstm = new LSTM(2, 3);
  });

  const step = (state: LSTMState | undefined, carry: (state: LSTMState) => LSTMState) =>
    scope(() => {
      const run = lstm.forward(x(), state);
      backward(sum(run.output));
      for (const parameter of lstm.parameters()) {
        parameter.grad?.dispose();
        parameter.grad = undefined;
      }
      return carry(run.state);
    });

  it("asks to be detached when it was not", () => {
    const hint =
      "detach() what is carried from one step to the next, such as a state (detachState() of @weft/nn)";
    const state = step(undefined, (state) => state); // in a scope, which freed what is behind it
    expect(() => step(state, detachState)).toThrow(`return it from scope(), or ${hint}.`);
    const run = lstm.forward(x());
    backward(sum(run.output));
    expect(() => backward(sum(lstm.forward(x(), run.state).output))).toThrow(
      `were freed by an earlier backward(); ${hint}, detach() a weight that was computed and set its requiresGrad, or pass`,
    );
  });

  it("takes no memory where the one before is freed", () => {
    let state: LSTMState | undefined;
    const counts = new Set<number>();
    for (let i = 0; i < 4; i++) {
      const before = state;
      state = step(before, detachState);
      disposeState(before);
      counts.add(memory().tensors);
    }
    expect(counts.size).toBe(1);
    disposeState(state);
    disposeState(undefined);
    expect(state?.h.disposed).toBe(true);
  });
});

describe("lengths", () => {
  const lengths = [2, 4, 1];

  it.each([
    ["RNN", (options: object) => new RNN(2, 3, options)],
    ["GRU", (options: object) => new GRU(2, 3, options)],
    ["LSTM", (options: object) => new LSTM(2, 3, { ...options, projSize: 2 })],
  ] as const)("make each row of %s what it is alone", async (_, make) => {
    const layer = make({ numLayers: 2, bidirectional: true });
    const { output, state } = layer.forward(x(), undefined, { lengths });
    const h = "h" in state ? state.h : state;
    for (const [row, length] of lengths.entries()) {
      const alone = layer.forward(
        x()
          .slice(1, row, row + 1)
          .slice(0, 0, length),
      );
      await close(output.slice(1, row, row + 1).slice(0, 0, length), alone.output);
      await close(h.slice(1, row, row + 1), "h" in alone.state ? alone.state.h : alone.state);
      const behind = await output.select(1, row).slice(0, length).data();
      expect(Array.from(behind).every((v) => v === 0)).toBe(true);
    }
  });

  it("make NaN behind the end of a row count for nothing", async () => {
    const [a, b] = [x(), x()].map((input) => input.detach());
    const values = (await a?.toArray()) as number[][][];
    lengths.forEach((length, row) => {
      for (const step of values.slice(length)) step[row] = [Number.NaN, Number.POSITIVE_INFINITY];
    });
    const gru = new GRU(2, 3, { bidirectional: true });
    const gradients = async (input: Tensor) => {
      for (const parameter of gru.parameters()) parameter.grad = undefined;
      const { output, state } = gru.forward(input, undefined, { lengths: Int32Array.from(lengths) });
      backward(sum(output).add(sum(state)));
      return Promise.all(gru.parameters().map(({ grad }) => grad?.data()));
    };
    expect(await gradients(tensor(values))).toEqual(await gradients(b as Tensor));
  });

  it("that are all T change nothing", async () => {
    const gru = new GRU(2, 3);
    const plain = await gru.forward(x()).output.data();
    expect(await gru.forward(x(), undefined, { lengths: [4, 4, 4] }).output.data()).toEqual(plain);
  });
});

describe("cells", () => {
  it("take a single row without a batch", async () => {
    const cell = new LSTMCell(2, 3);
    const row = tensor([0.5, -1]);
    const first = cell.forward(row);
    expect([first.h.shape, first.c.shape]).toEqual([[3], [3]]);
    const second = cell.forward(row, first);
    const batch = cell.forward(row.unsqueeze(0), { h: first.h.unsqueeze(0), c: first.c.unsqueeze(0) });
    await close(second.h, batch.h.select(0, 0));
    await close(second.c, batch.c.select(0, 0));
    expect(new GRUCell(2, 3).forward(row, ones([3])).shape).toEqual([3]);
  });
});
