import "@weft/autograd";
import { Embedding, Linear } from "@weft/nn";
import { mul, open, sum, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, expectTensorClose } from "./close.js";
import { fixture, gradientOf, gradientsOf, leaf, type Named, type Nested, tensors } from "./fixture.js";

interface LinearCase {
  readonly parameters: Named; // weight (6, 4), bias (6) or none
  readonly x: Nested;
  readonly weights: Nested;
  readonly output: Nested;
  readonly gradients: { readonly x: Nested; readonly parameters: Named };
}

interface EmbeddingCase {
  readonly parameters: Named; // weight (7, 4)
  readonly ids: Nested;
  readonly weights: Nested;
  readonly output: Nested;
  readonly gradients: { readonly parameters: Named };
}

const { linear, embedding } = fixture<{ linear: LinearCase[]; embedding: EmbeddingCase }>("layers");

beforeAll(async () => {
  await open();
});

describe("Linear", () => {
  it.each(linear)("has PyTorch's output and gradients (case %#)", async (example) => {
    const layer = new Linear(4, 6, { bias: "bias" in example.parameters });
    layer.loadStateDict(tensors(example.parameters));
    const x = leaf(example.x);
    const output = layer.forward(x);
    await expectTensorClose("output", output, example.output);
    sum(mul(output, tensor(example.weights))).backward();
    expectClose("dx", await gradientOf(x), example.gradients.x);
    expectClose("d parameters", await gradientsOf(layer.namedParameters()), example.gradients.parameters);
  });
});

describe("Embedding", () => {
  it("has PyTorch's output and gradient, with repeated and unused rows", async () => {
    const layer = new Embedding(7, 4);
    layer.loadStateDict(tensors(embedding.parameters));
    const output = layer.forward(tensor(embedding.ids, { dtype: "i32" }));
    expect(output.shape).toEqual([2, 3, 4]);
    await expectTensorClose("output", output, embedding.output);
    sum(mul(output, tensor(embedding.weights))).backward();
    expectClose("d parameters", await gradientsOf(layer.namedParameters()), embedding.gradients.parameters);
  });
});
