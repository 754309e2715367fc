import { noGrad } from "@weft/autograd";
import {
  type Cell,
  CharacterTokenizer,
  checkpointOf,
  corpusOf,
  evaluate,
  generate,
  LanguageModel,
  modelDefaults,
  parameterCount,
  parameterShapes,
  restoreModel,
  sample,
  train,
  trainingDefaults,
} from "@weft/lm";
import { Adam } from "@weft/nn";
import { type Device, Generator, memory, open, scope, type Tensor, tensor } from "@weft/tensor";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

process.env["WEFT_ADAPTER"] ??= "embedded";
let device: Device;
beforeAll(async () => {
  device = await open();
});
afterAll(() => device.close());

const text = "春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。🌸\n".repeat(12);
const { tokenizer, training, validation } = corpusOf(text);
const sizes = { ...modelDefaults, embedding: 8, hidden: 12, vocabulary: tokenizer.size };
const settings = { ...trainingDefaults, batch: 3, sequence: 8, steps: 6, warmup: 2 };
const cells: Cell[] = ["rnn", "lstm", "gru"];
const newModel = (cell: Cell, seed = 1, layers = 1, dropout = 0) =>
  new LanguageModel({ ...sizes, cell, layers, dropout }, { generator: new Generator(seed) });

async function losses(steps: ReturnType<typeof train>): Promise<number[]> {
  const all: number[] = [];
  for await (const { loss } of steps) all.push(loss);
  return all;
}

async function written(characters: ReturnType<typeof generate>): Promise<string> {
  let all = "";
  for await (const character of characters) all += character;
  return all;
}

describe.each(cells)("a language model of %s", (cell) => {
  test("has the parameters that its configuration tells", () => {
    const model = newModel(cell, 1, 2);
    const shapes = Object.entries(model.stateDict()).map(([name, { shape }]) => [name, shape]);
    expect(new Map(shapes as [string, number[]][])).toEqual(parameterShapes(model.config));
    expect(model.parameters().reduce((count, { size }) => count + size, 0)).toBe(
      parameterCount(model.config),
    );
  });

  test("reads a text in two parts as it does in one, when the state is carried", async () => {
    const model = newModel(cell, 1, 2);
    const ids = training.slice(0, 12);
    const read = (part: Int32Array) => tensor(part, { shape: [part.length / 2, 2] });
    const whole = await noGrad(() => model.forward(read(ids))).logits.data();
    const first = noGrad(() => model.forward(read(ids.slice(0, 4))));
    const rest = noGrad(() => model.forward(read(ids.slice(4)), first.state));
    expect(rest.logits.shape).toEqual([4, 2, tokenizer.size]);
    const parts = [...(await first.logits.data()), ...(await rest.logits.data())];
    parts.forEach((logit, i) => {
      expect(logit).toBeCloseTo(whole[i] ?? Number.NaN, 5);
    });
  });

  test("learns", async () => {
    const all = await losses(train(newModel(cell), training, { ...settings, steps: 40 }));
    expect(all[0]).toBeCloseTo(Math.log(tokenizer.size), 0);
    expect(all.at(-1)).toBeLessThan((all[0] ?? 0) - 0.5);
  });

  test("is the same again after saving", async () => {
    const model = newModel(cell, 1, 2);
    const copy = restoreModel(await checkpointOf(model, tokenizer));
    const logits = (m: LanguageModel) =>
      noGrad(() => m.forward(tensor([[0], [1]], { dtype: "i32" }))).logits.data();
    expect(await logits(copy)).toEqual(await logits(model));
  });
});

test("a language model of an unknown cell is refused", () => {
  expect(() => newModel("mlp" as Cell)).toThrow(
    new RangeError('LanguageModel: cell is "mlp"; use "rnn", "lstm" or "gru".'),
  );
});

describe("train", () => {
  test("is the same for the same seed, also with dropout", async () => {
    const run = (seed: number) => losses(train(newModel("gru", seed, 2, 0.3), training, settings));
    const first = await run(5);
    expect(await run(5)).toEqual(first);
    expect(await run(6)).not.toEqual(first);
  });

  test("tells about every step", async () => {
    const steps = [];
    for await (const step of train(newModel("rnn"), training, settings)) steps.push(step);
    expect(steps.map(({ event, step }) => [event, step])).toEqual([1, 2, 3, 4, 5, 6].map((n) => ["step", n]));
    for (const { tokensPerSecond } of steps) expect(tokensPerSecond).toBeGreaterThan(0);
    expect(steps[1]?.learningRate).toBe(0.01);
  });

  test("keeps memory flat over epochs and gives it back", async () => {
    const model = newModel("lstm");
    const before = memory();
    const seen: number[] = [];
    for await (const _ of train(model, training, { ...settings, steps: 30 })) seen.push(memory().bytes);
    expect(Math.max(...seen.slice(10))).toBeLessThanOrEqual(Math.max(...seen.slice(0, 10)));
    // What stays is the optimizer's: two tensors for each parameter, until JavaScript collects them.
    expect(memory().tensors - before.tensors).toBeLessThanOrEqual(2 * model.parameters().length);
  });

  test("stops on a signal after the step that runs", async () => {
    const stop = new AbortController();
    const steps: number[] = [];
    for await (const { step } of train(newModel("rnn"), training, { ...settings, signal: stop.signal })) {
      steps.push(step);
      if (step === 2) stop.abort();
    }
    expect(steps).toEqual([1, 2, 3]); // the third was on its way
  });

  test("may be left at any time", async () => {
    for await (const { step } of train(newModel("rnn"), training, settings)) if (step === 2) break;
    await tensor([1]).item();
  });

  test("says so when the loss is no longer a number", async () => {
    const checkpoint = await checkpointOf(newModel("rnn"), tokenizer);
    const bias = checkpoint.parameters.get("decoder.bias");
    if (bias?.dtype === "F32") bias.data.fill(Number.NaN);
    const model = restoreModel(checkpoint);
    await expect(losses(train(model, training, settings))).rejects.toThrow(
      /^train: the loss of step 1 is NaN; use a/,
    );
  });

  test.each([
    [{ steps: 0 }, /steps is 0/],
    [{ learningRate: 0 }, /learningRate is 0/],
    [{ learningRate: Number.NaN }, /learningRate is NaN/],
    [{ clip: -1 }, /clip is -1/],
    [{ warmup: 0.5 }, /warmup is 0.5/],
    [{ batch: 1000 }, /fewer than one batch of 1000 × 8/],
    [{ batch: 0 }, /^batches: batch is 0; use a whole number ≥ 1\.$/],
    [{ sequence: 1.5 }, /^batches: sequence is 1.5; use a whole number ≥ 1\.$/],
    [{ lr: 0.1 }, /^train: there is no option "lr"; use .*learningRate.*signal\.$/],
  ])("refuses %j before it computes", async (bad, message) => {
    const model = newModel("rnn");
    const { dispatches } = device.queue;
    const long = { ...settings, steps: 100, ...bad }; // so long that kernels are measured first
    await expect(losses(train(model, training, long))).rejects.toThrow(message);
    expect(device.queue.dispatches).toBe(dispatches);
  });

  test("frees what the optimizer keeps when measuring fails", async () => {
    const model = newModel("rnn");
    Object.assign(model, { config: { ...model.config, hidden: 0 } });
    const dispose = vi.spyOn(Adam.prototype, "dispose");
    await expect(losses(train(model, training, { ...settings, steps: 100 }))).rejects.toThrow("H is 0");
    expect(dispose).toHaveBeenCalledOnce();
    dispose.mockRestore();
  });

  test("also runs long where the device binds less than the recurrent kernels need", async () => {
    const limit = device.maxBytes;
    const gates = 4 * settings.sequence * settings.batch * 4 * sizes.hidden; // bytes
    const bindAtMost = (bytes: number) => Object.defineProperty(device, "maxBytes", { value: bytes });
    const first = async () => {
      const all: number[] = [];
      for await (const { loss } of train(newModel("lstm"), training, { ...settings, steps: 100 })) {
        all.push(loss);
        if (all.length === 3) break;
      }
      return all;
    };
    const expected = await first();
    try {
      bindAtMost(gates - 4);
      (await first()).forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected[i] ?? Number.NaN, 4);
      });
    } finally {
      bindAtMost(limit);
    }
  });
});

describe("evaluate", () => {
  /** Mean loss of reading the text in one piece, in float64. */
  async function reference(model: LanguageModel, tokens: Int32Array): Promise<number> {
    const ids = tensor(tokens.slice(0, -1), { shape: [tokens.length - 1, 1] });
    const logits = await noGrad(() => model.forward(ids)).logits.data();
    const v = model.config.vocabulary;
    let sum = 0;
    for (let t = 0; t + 1 < tokens.length; t++) {
      const row = [...logits.slice(t * v, (t + 1) * v)];
      const top = Math.max(...row);
      sum += top + Math.log(row.reduce((s, x) => s + Math.exp(x - top), 0)) - (row[tokens[t + 1] ?? 0] ?? 0);
    }
    return sum / (tokens.length - 1);
  }

  test("scores a short text exactly as if it were read in one piece", async () => {
    const model = newModel("lstm", 1, 2);
    for (const length of [2, 33, 34, 100]) {
      const tokens = training.slice(0, length);
      const { tokens: scored, nats, bitsPerCharacter, perplexity } = await evaluate(model, tokens);
      expect(scored).toBe(length - 1);
      expect(nats).toBeCloseTo(await reference(model, tokens), 5);
      expect(bitsPerCharacter).toBeCloseTo(nats / Math.log(2), 12);
      expect(perplexity).toBeCloseTo(Math.exp(nats), 12);
    }
  });

  test("scores a long text, cut into streams, nearly so", async () => {
    const model = newModel("gru");
    const tokens = Int32Array.from([...training, ...training, ...training].slice(0, 700));
    const { tokens: scored, nats } = await evaluate(model, tokens);
    expect(scored).toBe(699);
    expect(nats).toBeCloseTo(await reference(model, tokens), 4);
  });

  test("leaves the model as it was, and tells how far it is", async () => {
    const model = newModel("lstm", 1, 2, 0.5);
    const progress: number[] = [];
    const onProgress = (done: number, total: number) => progress.push(done / total);
    const first = await evaluate(model, validation, { onProgress });
    expect(model.training).toBe(true);
    expect(model.dropout.training).toBe(true);
    expect(progress.at(-1)).toBe(1);
    expect(await evaluate(model.eval(), validation)).toEqual(first); // dropout was off
    expect(model.training).toBe(false);
  });

  test("does not disturb a training that goes on", async () => {
    const plain = await losses(train(newModel("lstm"), training, settings));
    const model = newModel("lstm");
    const measured: number[] = [];
    for await (const { loss } of train(model, training, settings)) {
      measured.push(loss);
      await evaluate(model, validation);
    }
    expect(measured).toEqual(plain);
  });

  test("frees what it used, also when it is stopped", async () => {
    const model = newModel("lstm");
    const before = memory().tensors;
    await evaluate(model, validation);
    expect(memory().tensors).toBeLessThanOrEqual(before); // less when JavaScript collects older ones
    await expect(evaluate(model, training, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(model.training).toBe(true);
  });

  test("needs two tokens", async () => {
    await expect(evaluate(newModel("rnn"), training.slice(0, 1))).rejects.toThrow(/has 1 tokens; at least 2/);
  });
});

describe("generate", () => {
  const options = { length: 20, temperature: 1, seed: 9 };

  test("writes the same text for the same seed", async () => {
    const model = newModel("gru");
    const first = await written(generate(model, tokenizer, "春眠", options));
    expect([...first].length).toBe(20);
    expect(await written(generate(model, tokenizer, "春眠", options))).toBe(first);
    expect(await written(generate(model, tokenizer, "春眠", { ...options, seed: 10 }))).not.toBe(first);
    expect(model.training).toBe(true);
  });

  test("takes the best character that a look at the whole text gives", async () => {
    const model = newModel("lstm", 1, 2);
    const text = await written(generate(model, tokenizer, "花落🌸", { length: 5, temperature: 0, seed: 1 }));
    let sofar = "花落🌸";
    for (const character of text) {
      const ids = tokenizer.encode(sofar);
      const whole = tensor(ids, { shape: [ids.length, 1] });
      const logits = await scope(() => noGrad(() => model.forward(whole)).logits as Tensor).data();
      const best = sample(logits.slice(-tokenizer.size), 0, { temperature: 0 });
      expect(character).toBe(tokenizer.decode([best]));
      sofar += character;
    }
  });

  test("frees what it used, also when it is left early", async () => {
    const model = newModel("rnn");
    const before = memory().tensors;
    for await (const _ of generate(model, tokenizer, "春", options)) break;
    await written(generate(model, tokenizer, "春", options));
    expect(memory().tensors).toBeLessThanOrEqual(before); // less when JavaScript collects older ones
  });

  test("refuses what it cannot read", async () => {
    const model = newModel("rnn");
    await expect(written(generate(model, tokenizer, "", options))).rejects.toThrow(/prompt is empty/);
    await expect(written(generate(model, tokenizer, "春X", options))).rejects.toThrow(
      /"X" \(U\+0058\) at position 2/,
    );
    await expect(written(generate(model, tokenizer, "春", { ...options, length: 1.5 }))).rejects.toThrow(
      /length is 1.5/,
    );
    await expect(written(generate(model, tokenizer, "春", { ...options, temperature: -1 }))).rejects.toThrow(
      /temperature/,
    );
  });

  test("knows its tokenizer only", () => {
    expect(new CharacterTokenizer(text).characters).toBe(tokenizer.characters);
  });
});
