import "@weft/autograd";
import { Adam, clipGradNorm, crossEntropy, detachState, Embedding, Linear, LSTM } from "@weft/nn";
import { open, reshape, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, expect, it } from "vitest";
import { expectClose } from "./close.js";
import { fixture, type Named, type Nested, tensors } from "./fixture.js";

interface Training {
  readonly vocabulary: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly time: number;
  readonly learningRate: number;
  readonly maxNorm: number;
  readonly parameters: { readonly embedding: Named; readonly lstm: Named; readonly decoder: Named };
  readonly stream: number[][]; // (T · steps + 1, B)
  readonly losses: number[];
  readonly norms: number[];
  readonly final: { readonly embedding: Named; readonly lstm: Named; readonly decoder: Named };
}

const training = fixture<Training>("training");

beforeAll(async () => {
  await open();
});

const ids = (values: Nested): Tensor => tensor(values, { dtype: "i32" });

it("trains a character LSTM as PyTorch does, over 20 steps with carried state, clipping and Adam", async () => {
  const { vocabulary, time, stream, losses } = training;
  const embedding = new Embedding(vocabulary, training.embedding);
  const lstm = new LSTM(training.embedding, training.hidden);
  const decoder = new Linear(training.hidden, vocabulary);
  const modules = { embedding, lstm, decoder };
  for (const [name, parameters] of Object.entries(training.parameters)) {
    modules[name as keyof typeof modules].loadStateDict(tensors(parameters));
  }
  const parameters = Object.values(modules).flatMap((module) => module.parameters());
  const optimizer = new Adam(parameters, { learningRate: training.learningRate });

  let state: { h: Tensor; c: Tensor } | undefined;
  const seen = { losses: [] as number[], norms: [] as number[] };
  for (let step = 0; step < losses.length; step++) {
    const inputs = ids(stream.slice(step * time, (step + 1) * time)); // (T, B)
    const targets = ids(stream.slice(step * time + 1, (step + 1) * time + 1).flat()); // (T·B)
    const result = lstm.forward(embedding.forward(inputs), state);
    state = detachState(result.state);
    const loss = crossEntropy(reshape(decoder.forward(result.output), [-1, vocabulary]), targets);
    optimizer.zeroGrad();
    loss.backward();
    const norm = clipGradNorm(parameters, training.maxNorm);
    optimizer.step();
    seen.losses.push(await loss.item());
    seen.norms.push(await norm.item());
  }

  expectClose("losses", seen.losses, losses);
  expectClose("norms", seen.norms, training.norms);
  const final: Record<string, Nested> = {};
  const expected: Record<string, Nested> = {};
  for (const [name, module] of Object.entries(modules)) {
    for (const [key, parameter] of module.namedParameters()) {
      final[`${name}.${key}`] = (await parameter.toArray()) as Nested;
      expected[`${name}.${key}`] = training.final[name as keyof typeof modules][key] as Nested;
    }
  }
  expect(Object.keys(final)).toHaveLength(7);
  expectClose("final parameters", final, expected);
});
