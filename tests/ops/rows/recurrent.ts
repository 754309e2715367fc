import { gru, lstm, type RecurrentForm, rnn, type Tensor } from "@weft/tensor";
import type { Array64 } from "../array.js";
import { type Case, F32, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { type Kind, type RecurrentInputs, recurrent } from "../reference/recurrent.js";
import { type Lie, type Sample, sample } from "../sample.js";

/** Sizes of a layer, and what it is given beside x and weights. */
interface Use {
  readonly sizes: readonly [T: number, B: number, C: number, H: number];
  readonly bias?: boolean;
  readonly state?: boolean;
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
  /** Features to which an LSTM projects h. */
  readonly projection?: number;
  readonly lie?: Lie;
  /** Whether only results are compared: x holds what is not finite. */
  readonly x?: readonly number[];
}

const USES: readonly Use[] = [
  { sizes: [3, 2, 2, 3], bias: true },
  { sizes: [1, 1, 1, 1] },
  { sizes: [2, 1, 3, 4], bias: true, state: true },
  { sizes: [4, 3, 2, 4], bias: true, state: true, lengths: [4, 1, 3] },
  { sizes: [4, 3, 2, 4], bias: true, state: true, lengths: [2, 4, 1], reverse: true },
  { sizes: [3, 2, 2, 3], state: true, reverse: true },
  { sizes: [3, 4, 1, 2], lengths: [0, -1, 9, 2], reverse: true }, // 1, 1, 3 and 2
  { sizes: [2, 3, 2, 4], bias: true, lie: "transposed" },
  { sizes: [2, 3, 2, 3], state: true, lie: "sliced" },
  { sizes: [2, 0, 2, 3], bias: true },
  // More rows than a tile of 8, more units than a workgroup of 32.
  { sizes: [2, 9, 2, 8], bias: true, state: true },
  { sizes: [3, 9, 5, 33], bias: true, lengths: [3, 1, 2, 3, 3, 1, 2, 3, 2] },
  { sizes: [2, 10, 3, 36], bias: true, state: true, reverse: true },
  // What is not a number in one row stays there.
  { sizes: [2, 3, 1, 2], bias: true, x: [0.5, 1, -1, Number.NaN, 0.25, 2] },
];
const PROJECTED: readonly Use[] = [
  { sizes: [3, 2, 2, 3], bias: true, projection: 2 },
  { sizes: [3, 3, 2, 4], state: true, projection: 1, lengths: [3, 1, 2], reverse: true },
];

/** The inputs by name, in the order in which a case has them. */
function samples(kind: Kind, use: Use): Record<string, Sample> {
  const [T, B, C, H] = use.sizes;
  const rows = { lstm: 4, gru: 3, tanh: 1, relu: 1 }[kind] * H;
  const P = use.projection ?? H;
  const { lie = "plain", x, lengths } = use;
  const weight = (shape: number[], seed: number, lie: Lie = "plain") =>
    sample(shape, { seed, low: -1, high: 1, lie });
  return {
    x: sample([T, B, C], { lie, ...(x && { values: x }) }),
    weightIh: weight([rows, C], 2, lie),
    weightHh: weight([rows, P], 3, lie),
    ...(use.bias && { biasIh: weight([rows], 4), biasHh: weight([rows], 5) }),
    ...(use.state && { h: weight([B, P], 6, lie) }),
    ...(use.state && kind === "lstm" && { c: weight([B, H], 7, lie) }),
    ...(use.projection && { weightHr: weight([P, H], 8) }),
    ...(lengths && { lengths: sample([B], { dtype: "i32", values: lengths }) }),
  };
}

type Tensors = { readonly [K in keyof RecurrentInputs]: Tensor } & RecurrentTensors;
interface RecurrentTensors {
  readonly x: Tensor;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
}

/** The op on its inputs by name; all that it returns as a list. */
const run =
  (kind: Kind, { reverse = false }: Use, form: RecurrentForm) =>
  (inputs: Tensors) => {
    const { x, lengths, h, c, ...weights } = inputs;
    const options = { lengths, reverse, form };
    if (kind === "lstm") {
      const result = lstm(x, weights, h && c && { h, c }, options);
      return [result.output, result.h, result.c];
    }
    const result =
      kind === "gru" ? gru(x, weights, h, options) : rnn(x, weights, h, { ...options, nonlinearity: kind });
    return [result.output, result.h];
  };

function caseOf(kind: Kind, use: Use, form: RecurrentForm): Case {
  const inputs = samples(kind, use);
  const names = Object.keys(inputs);
  const named = <V, R>(values: readonly V[]): R =>
    Object.fromEntries(names.map((name, i) => [name, values[i]])) as R;
  const traits = [
    form,
    ...(kind === "relu" ? [kind] : []),
    ...(["reverse", "lengths"] as const).filter((trait) => use[trait]),
  ];
  return makeCase(
    Object.values(inputs),
    (...tensors) => run(kind, use, form)(named(tensors)),
    (...arrays: Array64[]) => recurrent(kind, named(arrays), use.reverse ?? false),
    { label: traits.join(", "), gradient: use.x === undefined },
  );
}

const inAllForms = (kind: Kind, uses: readonly Use[]): Case[] =>
  uses.flatMap((use) => (["step", "sequence", "loop"] as const).map((form) => caseOf(kind, use, form)));

const row = (name: Row["name"], cases: readonly Case[]): Row => ({
  name,
  dtypes: F32,
  tolerance: TRANSCENDENTAL,
  cases,
});

export const recurrentRows: readonly Row[] = [
  row("lstm", [...inAllForms("lstm", USES), ...PROJECTED.map((use) => caseOf("lstm", use, "loop"))]),
  row("gru", inAllForms("gru", USES)),
  row("rnn", [...inAllForms("tanh", USES), ...inAllForms("relu", USES.slice(0, 6))]),
];
