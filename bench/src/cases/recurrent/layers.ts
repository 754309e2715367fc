// Whole layers, in the three forms that they have: what a choice between these is made from.
import "@weft/autograd";
import { GRU, LSTM, RNN } from "@weft/nn";
import { Generator, type RecurrentForm, scope, type Tensor, tensor } from "@weft/tensor";
import type { Case, Prepared } from "../../case.js";
import { type Numbers, requireEqual } from "../../check.js";
import { numbers } from "../../data.js";
import { addRow, backward, CELLS, forward, type Kind, rowTimes, type Size } from "./plain.js";

export const FORMS: readonly RecurrentForm[] = ["loop", "step", "sequence"];

const LAYERS = { lstm: LSTM, gru: GRU, rnn: RNN } as const;
// Those of the default model.
const size: Size = { T: 32, B: 16, H: 128 };
const { T, B, H } = size;
const C = 64;

type Values = Readonly<Record<string, Numbers>>;

/** W_ih x + b_ih for all times, by the layer's parameters. */
function givenBy(x: Numbers, parameters: Values, G: number, parts: number) {
  const named = (name: string): Numbers => parameters[`${name}_l0`] ?? [];
  const projected = new Float64Array(T * B * G * H);
  for (let row = 0; row < T * B; row++) {
    const features = Array.from({ length: C }, (_, c) => x[row * C + c] as number);
    for (let g = 0; g < G * H; g++) {
      projected[row * G * H + g] =
        (named("bias_ih")[g] as number) + rowTimes(named("weight_ih"), g, features);
    }
  }
  const state = new Float64Array(parts * B * H);
  return { projected, weight: named("weight_hh"), bias: named("bias_hh"), state };
}

/** The gradients of x and of the parameters for that of the output. */
function gradientsOf(kind: Kind, x: Numbers, parameters: Values, dOut: Numbers): Values {
  const { gates: G, parts } = CELLS[kind];
  const given = givenBy(x, parameters, G, parts);
  const run = forward(kind, size, given);
  const { dProjected, dHidden } = backward(kind, size, given, run, dOut, new Float64Array(parts * B * H));
  const weightIh = parameters["weight_ih_l0"] as Numbers;
  const [dX, dWeightIh] = [new Float64Array(T * B * C), new Float64Array(G * H * C)];
  const [dWeightHh, dBiasIh, dBiasHh] = [G * H * H, G * H, G * H].map((count) => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < T * B; row++) {
    for (let g = 0; g < G * H; g++) {
      const [dFromX, dFromH] = [dProjected, dHidden].map((d) => d[row * G * H + g] as number) as [
        number,
        number,
      ];
      addRow(dX, row * C, weightIh, g * C, dFromX, C);
      addRow(dWeightIh, g * C, x, row * C, dFromX, C);
      addRow(dWeightHh, g * H, run.work, row * H, dFromH, H);
      addRow(dBiasIh, g, [1], 0, dFromX, 1);
      addRow(dBiasHh, g, [1], 0, dFromH, 1);
    }
  }
  return {
    ...{ x: dX, weight_ih_l0: dWeightIh, weight_hh_l0: dWeightHh, bias_ih_l0: dBiasIh, bias_hh_l0: dBiasHh },
  };
}

function prepare(kind: Kind, form: RecurrentForm, isTrained: boolean, what: string): Prepared {
  const layer = new LAYERS[kind](C, H, { generator: new Generator(1) });
  layer.form = form;
  const parameters = layer.namedParameters();
  for (const [, parameter] of parameters) parameter.requiresGrad = isTrained;
  const [xData, dOutData] = [numbers(T * B * C, { seed: 1 }), numbers(T * B * H, { seed: 2 })];
  const x = tensor(xData, { shape: [T, B, C], requiresGrad: isTrained });
  const dOut = tensor(dOutData, { shape: [T, B, H] });
  const leaves: readonly (readonly [name: string, leaf: Tensor])[] = [["x", x], ...parameters];

  const run = () => layer.forward(x).output;
  const train = () => run().mul(dOut).sum().backward();
  const clear = () => {
    for (const [, leaf] of leaves) {
      leaf.grad?.dispose();
      leaf.grad = undefined;
    }
  };
  const equal = async (key: string, found: Tensor, expected: Numbers) =>
    requireEqual({ what, key, shape: found.shape, got: await found.data(), expected, tolerance: 1e-4 });

  return {
    encode: () =>
      scope(() => {
        if (isTrained) train();
        else run();
        clear();
      }),
    async check() {
      const values: Record<string, Numbers> = {};
      for (const [name, parameter] of parameters) values[name] = await parameter.data();
      if (isTrained) {
        scope(train);
        const expected = gradientsOf(kind, xData, values, dOutData);
        for (const [name, { grad }] of leaves)
          await equal(`gradient of ${name}`, grad as Tensor, expected[name] ?? []);
        clear();
        return;
      }
      const { gates, parts } = CELLS[kind];
      const found = scope(run);
      await equal("output", found, forward(kind, size, givenBy(xData, values, gates, parts)).out);
      found.dispose();
    },
    free() {
      for (const tensor of [dOut, ...leaves.map(([, leaf]) => leaf)]) tensor.dispose();
    },
  };
}

function layerCase(kind: Kind, isTrained: boolean, form: RecurrentForm): Case {
  const name = `${kind.toUpperCase()} layer ${isTrained ? "and gradients " : ""}${form}`;
  const products = 2 * T * B * CELLS[kind].gates * H * (C + H);
  return {
    ...{ name, size: `T ${T}, B ${B}, C ${C}, H ${H}`, kernel: undefined, skipped: () => undefined },
    // Backward does each product twice: for the gradient of either operand.
    work: { tokens: T * B, flops: (isTrained ? 3 : 1) * products },
    prepare: () => prepare(kind, form, isTrained, name),
  };
}

export const layers: readonly Case[] = (["lstm", "gru", "rnn"] as const).flatMap((kind) =>
  [false, true].flatMap((isTrained) => FORMS.map((form) => layerCase(kind, isTrained, form))),
);
