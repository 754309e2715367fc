import "@weft/autograd";
import { GRU, LSTM, RNN } from "@weft/nn";
import { add, mul, open, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { expectClose, expectTensorClose } from "./close.js";
import { fixture, gradientOf, gradientsOf, leaf, type Named, type Nested, tensors } from "./fixture.js";

interface Case {
  readonly kind: "RNN" | "LSTM" | "GRU";
  readonly layers: number;
  readonly parameters: Named;
  readonly x: Nested[][]; // (T, B, C)
  readonly initial: Named; // h and c, each (L, B, H)
  readonly weights: Named;
  readonly output: Nested;
  readonly final: Named;
  readonly loss: number;
  readonly gradients: { readonly x: Nested; readonly initial: Named; readonly parameters: Named };
}

const INPUTS = 4;
const HIDDEN = 6;

beforeAll(async () => {
  await open();
});

/** Runs one layer; `state` has the names of the fixture: h, and c for an LSTM. */
function run({ kind, layers, parameters }: Case, x: Tensor, { h, c }: Record<string, Tensor>) {
  const options = { numLayers: layers };
  if (kind === "LSTM") {
    const layer = new LSTM(INPUTS, HIDDEN, options);
    layer.loadStateDict(tensors(parameters));
    const { output, state } = layer.forward(x, { h: h as Tensor, c: c as Tensor });
    return { layer, output, final: { h: state.h, c: state.c } };
  }
  const layer = kind === "RNN" ? new RNN(INPUTS, HIDDEN, options) : new GRU(INPUTS, HIDDEN, options);
  layer.loadStateDict(tensors(parameters));
  const { output, state } = layer.forward(x, h);
  return { layer, output, final: { h: state } };
}

describe.each(fixture<{ cases: Case[] }>("recurrent").cases)("$kind with $layers layer(s)", (example) => {
  it("has PyTorch's outputs, final states and gradients", async () => {
    const x = leaf(example.x);
    const initial = Object.fromEntries(Object.entries(example.initial).map(([name, at]) => [name, leaf(at)]));
    const { layer, output, final } = run(example, x, initial);
    await expectTensorClose("output", output, example.output);
    for (const [name, state] of Object.entries(final)) {
      await expectTensorClose(`final ${name}`, state, example.final[name] as Nested);
    }

    const parts = { output, ...final };
    const loss = Object.entries(parts)
      .map(([name, part]) => sum(mul(part, tensor(example.weights[name] as Nested))))
      .reduce((total, part) => add(total, part));
    expectClose("loss", await loss.item(), example.loss);
    loss.backward();

    expectClose("dx", await gradientOf(x), example.gradients.x);
    expectClose("d initial", await gradientsOf(Object.entries(initial)), example.gradients.initial);
    expectClose("d parameters", await gradientsOf(layer.namedParameters()), example.gradients.parameters);
  });
});
