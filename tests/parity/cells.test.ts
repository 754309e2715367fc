import "@weft/autograd";
import { GRUCell, LSTMCell, RNNCell } from "@weft/nn";
import { open, type Tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { fixture } from "./fixture.js";
import { expectPyTorchs, leafOf, type Ran, type RecurrentCase, settle } from "./recurrentCase.js";

interface Case extends RecurrentCase {
  readonly kind: "RNNCell" | "LSTMCell" | "GRUCell";
}

beforeAll(async () => {
  await open();
});

function run(example: Case): Ran {
  const { kind, batch, hiddenSize, inputSize, nonlinearity } = example;
  const rows = batch === undefined ? [] : [batch];
  const options = { bias: example.bias === true };
  const x = leafOf(example, "x", [...rows, inputSize]);
  const leaf = (name: "h" | "c"): Record<string, Tensor> =>
    example.state === true ? { [name]: leafOf(example, name, [...rows, hiddenSize]) } : {};
  const h = leaf("h");
  if (kind === "LSTMCell") {
    const module = new LSTMCell(inputSize, hiddenSize, options);
    settle(example, module);
    const initial = { ...h, ...leaf("c") };
    const final = module.forward(
      x,
      example.state === true ? (initial as { h: Tensor; c: Tensor }) : undefined,
    );
    return { module, x, initial, final: { h: final.h, c: final.c } };
  }
  const module =
    kind === "GRUCell"
      ? new GRUCell(inputSize, hiddenSize, options)
      : new RNNCell(inputSize, hiddenSize, { ...options, nonlinearity: nonlinearity ?? "tanh" });
  settle(example, module);
  return { module, x, initial: h, final: { h: module.forward(x, h["h"]) } };
}

describe("cells have PyTorch's next state and gradients", () => {
  const { cases } = fixture<{ cases: Case[] }>("cells");
  it.each(
    cases.map(
      (example) => [`${example.kind} ${example.nonlinearity ?? ""}, case ${example.seed}`, example] as const,
    ),
  )("%s", async (_, example) => {
    await expectPyTorchs(example, run(example));
  });
});
