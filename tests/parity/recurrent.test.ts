import "@weft/autograd";
import { GRU, LSTM, type RecurrentForm, RNN } from "@weft/nn";
import { open, type Tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { fixture } from "./fixture.js";
import { expectPyTorchs, leafOf, type Ran, type RecurrentCase, settle } from "./recurrentCase.js";

interface Case extends RecurrentCase {
  readonly kind: "RNN" | "LSTM" | "GRU";
  readonly time: number;
  readonly numLayers: number;
  readonly bidirectional?: boolean;
  readonly batchFirst?: boolean;
  readonly projSize?: number;
  readonly lengths?: readonly number[];
}

/** The forms of the time loop that are compared. */
const FORMS: readonly RecurrentForm[] = ["loop", "step", "sequence"];

beforeAll(async () => {
  await open();
});

function optionsOf({ bias, numLayers, bidirectional, batchFirst }: Case) {
  return {
    numLayers,
    bias: bias === true,
    bidirectional: bidirectional === true,
    batchFirst: batchFirst === true,
  };
}

function run(example: Case, form: RecurrentForm): Ran {
  const { kind, time, batch, hiddenSize, inputSize, projSize, nonlinearity, lengths } = example;
  const options = optionsOf(example);
  const rows = batch === undefined ? [] : [batch];
  const axes = options.batchFirst ? [...rows, time] : [time, ...rows];
  const x = leafOf(example, "x", [...axes, inputSize]);
  const states = options.numLayers * (options.bidirectional ? 2 : 1);
  const leaf = (name: "h" | "c", features: number): Record<string, Tensor> =>
    example.state === true ? { [name]: leafOf(example, name, [states, ...rows, features]) } : {};
  const h = leaf("h", projSize ?? hiddenSize);
  const given = lengths === undefined ? {} : { lengths };
  if (kind === "LSTM") {
    const module = new LSTM(inputSize, hiddenSize, { ...options, projSize: projSize ?? 0 });
    module.form = form;
    settle(example, module);
    const initial = { ...h, ...leaf("c", hiddenSize) };
    const state = example.state === true ? (initial as { h: Tensor; c: Tensor }) : undefined;
    const { output, state: final } = module.forward(x, state, given);
    return { module, x, initial, output, final: { h: final.h, c: final.c } };
  }
  const module =
    kind === "GRU"
      ? new GRU(inputSize, hiddenSize, options)
      : new RNN(inputSize, hiddenSize, { ...options, nonlinearity: nonlinearity ?? "tanh" });
  module.form = form;
  settle(example, module);
  const { output, state } = module.forward(x, h["h"], given);
  return { module, x, initial: h, output, final: { h: state } };
}

const nameOf = ({ output: _, final: __, gradients: ___, ...options }: Case): string =>
  Object.entries(options)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(", ");

describe.each(FORMS)("in the form %s", (form) => {
  for (const kind of ["rnn", "lstm", "gru"]) {
    const { cases } = fixture<{ cases: Case[] }>(`recurrent_${kind}`);
    it.each(cases.map((example) => [nameOf(example), example] as const))("%s", async (_, example) => {
      await expectPyTorchs(example, run(example, form));
    });
  }
});
