import { Dropout, Embedding, Linear, LSTM, LSTMCell, type LSTMState, Module, summary } from "@weft/nn";
import { dropout, Generator, memory, ones, open, ShapeError, type Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

class Tied extends Module {
  readonly embedding = new Embedding(65, 8);
  readonly recurrent = new LSTM(8, 8);
  readonly dropout = new Dropout(0.5);
  readonly decoder = new Linear(8, 65);
  readonly temperature = ones([1]);
  constructor() {
    super();
    this.decoder.weight = this.embedding.weight;
  }
  forward(ids: Tensor): { logits: Tensor; state: LSTMState } {
    const { output, state } = this.recurrent.forward(this.embedding.forward(ids));
    return { logits: this.decoder.forward(this.dropout.forward(output)), state };
  }
}

const lines = (...text: string[]): string => text.join("\n");

describe("summary", () => {
  it("is a table of modules, outputs and tensors, with shared ones counted once", () => {
    const table = summary(new Tied(), zeros([5, 2], { dtype: "i32" }));
    expect(String(table)).toBe(
      lines(
        "module                  output         tensor                             count  bytes",
        "──────────────────────────────────────────────────────────────────────────────────────",
        "Tied                    (5, 2, 65), …  temperature (1) buffer                 1      4",
        "  embedding: Embedding  (5, 2, 8)      weight (65, 8)                       520  2,080",
        "  recurrent: LSTM       (5, 2, 8), …   weight_ih_l0 (32, 8)                 256  1,024",
        "                                       weight_hh_l0 (32, 8)                 256  1,024",
        "                                       bias_ih_l0 (32)                       32    128",
        "                                       bias_hh_l0 (32)                       32    128",
        "  dropout: Dropout      (5, 2, 8)",
        "  decoder: Linear       (5, 2, 65)     weight (65, 8) = embedding.weight",
        "                                       bias (65)                             65    260",
        "──────────────────────────────────────────────────────────────────────────────────────",
        "parameters                                                                1,161  4,644",
        "buffers                                                                       1      4",
        "total                                                                     1,162  4,648",
      ),
    );
    expect(table.parameters).toEqual({ count: 1161, bytes: 4644 });
    expect(table.buffers).toEqual({ count: 1, bytes: 4 });
  });

  it("leaves a frozen object alone that holds NaN", () => {
    class Model extends Module {
      readonly best = Object.freeze({ loss: Number.NaN, step: 0 });
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    const model = new Model();
    expect(summary(model, [2]).rows[0]?.outputs).toEqual(["(2)"]);
    expect(model.best).toEqual({ loss: Number.NaN, step: 0 });
  });

  it("counts bytes as the GPU stores them", async ({ skip }) => {
    if (!(await open()).gpu.features.has("shader-f16")) skip("this adapter has no shader-f16");
    class Model extends Module {
      readonly half = zeros([3], { dtype: "f16" });
      readonly mask = zeros([2], { dtype: "bool" });
    }
    expect(summary(new Model()).buffers).toEqual({ count: 5, bytes: 3 * 2 + 2 * 4 });
  });

  it("without inputs runs nothing", () => {
    class Block extends Module {
      readonly steps = zeros([], { dtype: "i32" });
      forward(): never {
        throw new Error("it ran");
      }
    }
    class Model extends Module {
      readonly blocks = [new Block(), new Linear(2, 1, { bias: false })];
    }
    expect(String(summary(new Model()))).toBe(
      lines(
        "module              tensor               count  bytes",
        "─────────────────────────────────────────────────────",
        "Model",
        "  blocks.0: Block   steps () i32 buffer      1      4",
        "  blocks.1: Linear  weight (1, 2)            2      8",
        "─────────────────────────────────────────────────────",
        "parameters                                   2      8",
        "buffers                                      1      4",
        "total                                        3     12",
      ),
    );
  });

  it("counts calls, and names modules that stand there twice", () => {
    class Loop extends Module {
      readonly cell = new LSTMCell(2, 3, { bias: false });
      readonly head = new Linear(3, 1, { bias: false });
      readonly heads = { left: this.head, self: this as Module };
      readonly unused = new Dropout();
      forward(x: Tensor): Tensor {
        let state: LSTMState | undefined;
        for (const step of x.unbind(0)) state = this.cell.forward(step, state);
        const { h } = state as LSTMState;
        this.head.forward(h.select(0, 0));
        return this.head.forward(h);
      }
    }
    expect(String(summary(new Loop(), [4, 2, 2]))).toBe(
      lines(
        "module                          output           tensor             count  bytes",
        "────────────────────────────────────────────────────────────────────────────────",
        "Loop                            (2, 1)",
        "  cell: LSTMCell                (2, 3), … ×4     weight_ih (12, 2)     24     96",
        "                                                 weight_hh (12, 3)     36    144",
        "  head: Linear                  (1) | (2, 1) ×2  weight (1, 3)          3     12",
        "  heads.self: Loop = the model",
        "  unused: Dropout",
        "────────────────────────────────────────────────────────────────────────────────",
        "parameters                                                             63    252",
      ),
    );
  });

  it("changes nothing: modes, generators, memory and gradients are as before", () => {
    class Noisy extends Module {
      readonly generator = new Generator(3);
      readonly inner = new Linear(2, 2);
      readonly off = new Dropout().eval();
      forward(x: Tensor): Tensor {
        if (this.training) throw new Error("in training");
        return dropout(this.inner.forward(x), 0.5, this.generator);
      }
    }
    const model = new Noisy();
    const before = memory().tensors;
    const { rows } = summary(model, [3, 2]);
    expect(rows[0]?.outputs).toEqual(["(3, 2)"]);
    expect(memory().tensors).toBe(before);
    expect(model.generator.state.stream).toBe(0);
    expect([model.training, model.off.training]).toEqual([true, false]);
    expect(() => summary(model, [3, 4])).toThrow(ShapeError);
    expect(() => summary(model, [3, 4])).toThrow(/^Noisy\.inner: Linear expects 2 features/);
    expect([memory().tensors, model.training]).toEqual([before, true]);
  });

  it("sets back what forward writes in fields", async () => {
    class Keeping extends Module {
      readonly inner = new Linear(2, 2);
      last: Tensor | undefined = ones([1]);
      readonly states: Tensor[] = [];
      readonly byName = new Map<string, { h?: Tensor }>([["a", {}]]);
      forward(x: Tensor): Tensor {
        const h = this.inner.forward(x);
        this.last = h;
        Object.assign(this, { extra: h });
        this.states.push(h);
        this.byName.set("b", { h });
        (this.byName.get("a") as { h?: Tensor }).h = h;
        return h;
      }
    }
    const model = new Keeping();
    const { last } = model;
    summary(model, [3, 2]);
    expect(model.last).toBe(last);
    expect(await model.last?.item()).toBe(1);
    expect("extra" in model).toBe(false);
    expect(model.states).toEqual([]);
    expect([...model.byName]).toEqual([["a", {}]]);
    expect(() => summary(model, [3, 4])).toThrow(ShapeError);
    expect(Object.keys(model.stateDict())).toEqual(["last", "inner.weight", "inner.bias"]);
  });

  it("says when a model cannot be run", () => {
    class Still extends Module {}
    class Late extends Module {
      async forward(x: Tensor): Promise<Tensor> {
        await Promise.resolve();
        return x;
      }
    }
    const late = "summary: forward of Late returns a Promise; leave the inputs out.";
    expect(() => summary(new Still(), [1])).toThrow(
      "summary: Still has no method forward; leave the inputs out.",
    );
    expect(() => summary(new Late(), [1])).toThrow(late);
  });
});
