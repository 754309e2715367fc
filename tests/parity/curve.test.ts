import "@weft/autograd";
import { readFileSync } from "node:fs";
import {
  Adam,
  crossEntropy,
  detachState,
  Embedding,
  Linear,
  LSTM,
  type LSTMState,
  Module,
  type RecurrentForm,
} from "@weft/nn";
import { flatten, open, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, expect, it } from "vitest";
import { fixture } from "./fixture.js";
import { hashedTensor } from "./hashed.js";

interface Curve {
  readonly embedding: number;
  readonly hidden: number;
  readonly batch: number;
  readonly time: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly maxNorm: number;
  readonly scales: Readonly<Record<string, number>>;
  readonly losses: readonly number[];
}

const curve = fixture<Curve>("curve");

/** The forms of the kernels; the loop is compared with them elsewhere. */
const FORMS: readonly RecurrentForm[] = ["step", "sequence"];

class Model extends Module {
  readonly embedding: Embedding;
  readonly lstm: LSTM;
  readonly decoder: Linear;

  constructor(vocabulary: number) {
    super();
    this.embedding = new Embedding(vocabulary, curve.embedding);
    this.lstm = new LSTM(curve.embedding, curve.hidden);
    this.decoder = new Linear(curve.hidden, vocabulary);
  }

  forward(ids: Tensor, state?: LSTMState): { logits: Tensor; state: LSTMState } {
    const hidden = this.lstm.forward(this.embedding.forward(ids), state);
    return { logits: this.decoder.forward(hidden.output), state: hidden.state };
  }
}

/** The rule of tests/fixtures/curve.py: (T, B) of tokens, `shift` behind the first of a step. */
function windowOf(tokens: readonly number[], step: number, shift: number): Tensor {
  const { batch, time } = curve;
  const rows = Array.from({ length: time }, (_, t) =>
    Array.from({ length: batch }, (_, b) => {
      const start = b * Math.floor(tokens.length / batch);
      return tokens[(start + step * time + t + shift) % tokens.length] as number;
    }),
  );
  return tensor(rows, { dtype: "i32" });
}

beforeAll(async () => {
  await open();
});

it.each(FORMS)(
  "trains a character LSTM over 300 steps with PyTorch's losses, in the form %s",
  async (form) => {
    const text = readFileSync(new URL("../fixtures/curve.txt", import.meta.url), "utf8");
    const vocabulary = [...new Set(text)].sort();
    const tokens = Array.from(text, (character) => vocabulary.indexOf(character));
    const model = new Model(vocabulary.length);
    model.lstm.form = form;
    model.loadStateDict(
      Object.fromEntries(
        model.namedParameters().map(([name, { shape }], k) => {
          const scale = curve.scales[name.split(".")[0] as string];
          return [name, hashedTensor(shape, k, scale)];
        }),
      ),
    );
    const parameters = model.parameters();
    const optimizer = new Adam(parameters, { learningRate: curve.learningRate, clipNorm: curve.maxNorm });

    let state: LSTMState | undefined;
    const losses: number[] = [];
    for (let step = 0; step < curve.steps; step++) {
      const run = model.forward(windowOf(tokens, step, 0), state);
      state = detachState(run.state);
      const loss = crossEntropy(flatten(run.logits, 0, 1), flatten(windowOf(tokens, step, 1)));
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      losses.push(await loss.item());
    }

    const differences = losses.map((loss, step) => Math.abs(loss - (curve.losses[step] as number)));
    expect(losses).toHaveLength(curve.losses.length);
    expect(Math.max(...differences)).toBeLessThanOrEqual(1e-3);
    expect(losses.at(-1)).toBeLessThan(0.6 * (losses[0] as number));
  },
  300_000,
);
