import "@weft/autograd";
import { GRUCell, LSTMCell, RNNCell } from "@weft/nn";
import { add, mul, open, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { expectClose, expectTensorClose } from "./close.js";
import { fixture, gradientOf, gradientsOf, leaf, type Named, type Nested, tensors } from "./fixture.js";

interface Case {
  readonly kind: "RNNCell" | "LSTMCell" | "GRUCell";
  readonly parameters: Named;
  readonly x: Nested; // (B, C)
  readonly initial: Named; // h and c, each (B, H)
  readonly weights: Named;
  readonly final: Named;
  readonly gradients: { readonly x: Nested; readonly initial: Named; readonly parameters: Named };
}

const INPUTS = 4;
const HIDDEN = 6;

beforeAll(async () => {
  await open();
});

function run({ kind, parameters }: Case, x: Tensor, { h, c }: Record<string, Tensor>) {
  if (kind === "LSTMCell") {
    const cell = new LSTMCell(INPUTS, HIDDEN);
    cell.loadStateDict(tensors(parameters));
    const state = cell.forward(x, { h: h as Tensor, c: c as Tensor });
    return { cell, final: { h: state.h, c: state.c } };
  }
  const cell = kind === "RNNCell" ? new RNNCell(INPUTS, HIDDEN) : new GRUCell(INPUTS, HIDDEN);
  cell.loadStateDict(tensors(parameters));
  return { cell, final: { h: cell.forward(x, h as Tensor) } };
}

describe.each(fixture<{ cases: Case[] }>("cells").cases)("$kind", (example) => {
  it("has PyTorch's next state and gradients", async () => {
    const x = leaf(example.x);
    const initial = Object.fromEntries(Object.entries(example.initial).map(([name, at]) => [name, leaf(at)]));
    const { cell, final } = run(example, x, initial);
    for (const [name, state] of Object.entries(final)) {
      await expectTensorClose(name, state, example.final[name] as Nested);
    }

    const loss = Object.entries(final)
      .map(([name, state]) => sum(mul(state, tensor(example.weights[name] as Nested))))
      .reduce((total, part) => add(total, part));
    loss.backward();

    expectClose("dx", await gradientOf(x), example.gradients.x);
    expectClose("d initial", await gradientsOf(Object.entries(initial)), example.gradients.initial);
    expectClose("d parameters", await gradientsOf(cell.namedParameters()), example.gradients.parameters);
  });
});
