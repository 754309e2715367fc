// The table that drives the op tests: a row for every op that @weft/tensor exports.

import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import { type Array64, build, get, reshaped } from "./array.js";
import * as reference from "./reference.js";
import { type Sample, sample } from "./sample.js";

/** One use of an op: what goes in, the op on tensors, and its definition on float64 numbers. */
export interface Case {
  readonly label: string;
  readonly inputs: readonly Sample[];
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly reference: (...inputs: Array64[]) => Array64 | Array64[];
  /** Whether gradients are compared too; not for integers, nor where a difference would straddle a kink. */
  readonly gradient: boolean;
}

export interface Row {
  /** Names of the exports that the row covers. */
  readonly names: readonly (keyof typeof weft)[];
  /** Largest relative error of a result; 0 for layout and integers. */
  readonly tolerance: number;
  readonly cases: readonly Case[];
}

const EXACT = 0;
const ROUNDED = 1e-5;
const TRANSCENDENTAL = 1e-4;

type One = (x: Tensor) => Tensor;

/** Shapes and lies that every elementwise op must take. */
const elementwise = (options: Parameters<typeof sample>[1] = {}): Sample[] => [
  sample([2, 3], options),
  sample([], options),
  sample([0, 3], options),
  sample([5, 7], { ...options, lie: "transposed" }),
  sample([4, 3, 3], { ...options, lie: "sliced" }),
  sample([3, 4], { ...options, lie: "expanded" }),
  sample([1031], options),
];

const describe = ({ array, lie, dtype }: Sample): string =>
  `(${array.shape.join(", ")})${lie === "plain" ? "" : ` ${lie}`}${dtype === "f32" ? "" : ` ${dtype}`}`;

const SMALL = 300;

function makeCase(
  inputs: readonly Sample[],
  run: Case["run"],
  define: Case["reference"],
  { label = "", gradient = true }: { label?: string; gradient?: boolean } = {},
): Case {
  const small = inputs.every(({ array }) => array.data.length <= SMALL);
  return {
    label: [label, inputs.map(describe).join(" and ")].filter(Boolean).join(": "),
    inputs,
    run,
    reference: define,
    gradient: gradient && small && inputs.some(({ dtype }) => dtype === "f32"),
  };
}

function unaryRow(
  name: keyof typeof weft,
  f: (v: number) => number,
  { extreme = [] as number[], low = -2, high = 2, tolerance = TRANSCENDENTAL } = {},
): Row {
  const op = weft[name] as One;
  const define = reference.unary(f);
  const extremes = sample([extreme.length], { values: extreme });
  return {
    names: [name],
    tolerance,
    cases: [
      ...elementwise({ low, high }).map((input) => makeCase([input], op, define)),
      ...(extreme.length > 0
        ? [makeCase([extremes], op, define, { label: "extremes", gradient: false })]
        : []),
    ],
  };
}

const PAIRS: readonly (readonly [number[], number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [4]],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [[0, 3], [3]],
  [[8, 8], [8]],
  [[1030], [1030]],
];

function binaryRow(name: keyof typeof weft, f: (v: number, w: number) => number, low = -2): Row {
  const op = weft[name] as (a: Tensor, b: Tensor | number) => Tensor;
  const define = reference.binary(f);
  const integers = { low: 1, high: 9 };
  const truncated = { i32: (v: number) => Math.trunc(v), u32: (v: number) => Math.trunc(v) >>> 0 };
  const lies = [
    [sample([5, 4], { lie: "transposed", low }), sample([4], { seed: 2, low })],
    [sample([3, 4], { lie: "sliced", low }), sample([3, 4], { lie: "expanded", seed: 2, low })],
    [sample([3, 5], { lie: "sliced", low }), sample([3, 5], { lie: "transposed", seed: 2, low })],
  ];
  return {
    names: [name],
    tolerance: ROUNDED,
    cases: [
      ...PAIRS.map(([a, b]) => makeCase([sample(a, { low }), sample(b, { seed: 2, low })], op, define)),
      ...lies.map((inputs) => makeCase(inputs, op, define)),
      ...(["i32", "u32"] as const).map((dtype) =>
        makeCase(
          [sample([3, 5], { dtype, ...integers }), sample([5], { dtype, ...integers, seed: 2 })],
          op,
          reference.binary((v, w) => truncated[dtype](f(v, w))),
        ),
      ),
      makeCase(
        [sample([2, 3], { low })],
        (x) => op(x, 1.5),
        (x) => define(x, { shape: [], data: Float64Array.of(1.5) }),
      ),
    ],
  };
}

function reduceRow(name: "sum" | "mean" | "max", f: (values: number[]) => number): Row {
  const op = weft[name];
  const axes: readonly (readonly [number[], number[]])[] = [
    [[5], [0]],
    [[3, 4], [1]],
    [[3, 4], [0]],
    [[2, 3, 4], [1]],
    [
      [2, 3, 4],
      [0, 2],
    ],
    [
      [2, 3, 4],
      [0, 1, 2],
    ],
    [[1500], [0]],
    [[3, 700, 2], [1]],
  ];
  const views = (["transposed", "sliced", "expanded"] as const).map((lie) => sample([4, 3], { lie }));
  return {
    names: [name],
    tolerance: ROUNDED,
    cases: [
      ...axes.flatMap(([shape, axis]) =>
        [false, true].map((keepDim) =>
          makeCase([sample(shape)], (x) => op(x, { axis, keepDim }), reference.reduce(axis, keepDim, f), {
            label: `over ${axis.join(", ")}${keepDim ? ", kept" : ""}`,
          }),
        ),
      ),
      ...views.map((input) => makeCase([input], (x) => op(x, { axis: -1 }), reference.reduce([1], false, f))),
      makeCase([sample([])], (x) => op(x), reference.reduce([], false, f)),
      makeCase([sample([0, 3])], (x) => op(x, { axis: 1 }), reference.reduce([1], false, f)),
    ],
  };
}

const products: readonly (readonly [Sample, Sample])[] = [
  [sample([1, 1]), sample([1, 1], { seed: 2 })],
  [sample([3, 5]), sample([5, 7], { seed: 2 })],
  [sample([9, 8]), sample([8, 12], { seed: 2 })],
  [sample([8, 9], { lie: "transposed" }), sample([9, 6], { seed: 2 })],
  [sample([12, 8], { lie: "transposed" }), sample([8, 4], { seed: 2, lie: "transposed" })],
  [sample([4, 8]), sample([8, 85], { seed: 2, lie: "transposed" })],
  [sample([17, 64]), sample([64, 132], { seed: 2 })],
  [sample([3, 4], { lie: "sliced" }), sample([4, 4], { seed: 2, lie: "expanded" })],
  [sample([2, 3, 4]), sample([4, 5], { seed: 2 })],
  [sample([2, 3, 4]), sample([2, 4, 8], { seed: 2 })],
  [sample([2, 1, 3, 4]), sample([3, 4, 5], { seed: 2 })],
  [sample([0, 4]), sample([4, 3], { seed: 2 })],
  [sample([3, 0]), sample([0, 3], { seed: 2 })],
];

const rows = [
  sample([2, 3]),
  sample([7]),
  sample([3, 1]),
  sample([2, 2, 85]),
  sample([5, 4], { lie: "transposed" }),
  sample([2, 600]),
];
const hugeRow = sample([2, 3], { values: [1e30, -1e30, 1e30, -1e30, -1e30, -1e30] });

const layout = (
  names: Row["names"],
  ...cases: readonly (readonly [readonly Sample[], Case["run"], Case["reference"]])[]
): Row => ({
  names,
  tolerance: EXACT,
  cases: cases.map(([inputs, run, define]) => makeCase(inputs, run, define)),
});

const moved = (shape: number[], from: (index: number[]) => number[]) => (x: Array64) =>
  build(shape, (i) => get(x, from(i)));
const cube = sample([2, 3, 4]);
const turned = sample([3, 4], { lie: "transposed" });

export const table: readonly Row[] = [
  unaryRow("neg", (v) => -v, { extreme: [1e38, -0], tolerance: EXACT }),
  unaryRow("abs", Math.abs, { extreme: [-1e38, -1e-30], tolerance: EXACT }),
  unaryRow("sign", Math.sign, { extreme: [0, -1e-30, 1e38], tolerance: EXACT }),
  unaryRow("exp", Math.exp, { extreme: [-80, 0, 80] }),
  unaryRow("log", Math.log, { low: 0.1, high: 3, extreme: [1e-30, 1, 1e30] }),
  unaryRow("sqrt", Math.sqrt, { low: 0.1, high: 3, extreme: [0, 1e-30, 1e30] }),
  unaryRow("square", (v) => v * v, { extreme: [-1e15, 0], tolerance: ROUNDED }),
  unaryRow("sigmoid", reference.sigmoid, { extreme: [-80, -20, 0, 20, 1e30] }),
  unaryRow("tanh", Math.tanh, { extreme: [-1e30, -100, -1, 0, 1, 100] }),
  unaryRow("relu", (v) => Math.max(v, 0), { extreme: [0, -1e38, 1e38], tolerance: EXACT }),
  binaryRow("add", (v, w) => v + w),
  binaryRow("sub", (v, w) => v - w),
  binaryRow("mul", (v, w) => v * w),
  binaryRow("div", (v, w) => v / w, 0.5),
  binaryRow("maximum", Math.max),
  binaryRow("minimum", Math.min),
  reduceRow("sum", reference.total),
  reduceRow("mean", (values) => reference.total(values) / values.length),
  reduceRow("max", (values) => Math.max(...values)),
  {
    names: ["matmul"],
    tolerance: TRANSCENDENTAL,
    cases: [
      ...products.map((inputs) => makeCase(inputs, weft.matmul, reference.matmul)),
      makeCase([sample([4]), sample([4, 3], { seed: 2 })], weft.matmul, (a, b) =>
        reshaped(reference.matmul(reshaped(a, [1, 4]), b), [3]),
      ),
      makeCase([sample([3, 4]), sample([4], { seed: 2 })], weft.matmul, (a, b) =>
        reshaped(reference.matmul(a, reshaped(b, [4, 1])), [3]),
      ),
    ],
  },
  {
    names: ["addmm"],
    tolerance: TRANSCENDENTAL,
    cases: [[7], [1, 7], [9, 1], [9, 7], []].map((c) =>
      makeCase([sample(c, { seed: 3 }), sample([9, 8]), sample([8, 7], { seed: 2 })], weft.addmm, (c, a, b) =>
        reference.add(reference.matmul(a, b), c),
      ),
    ),
  },
  {
    names: ["linear"],
    tolerance: TRANSCENDENTAL,
    cases: [
      ...[[5], [3, 5], [2, 3, 5]].map((x) =>
        makeCase(
          [sample(x), sample([4, 5], { seed: 2 }), sample([4], { seed: 3 })],
          weft.linear,
          (x, w, b) => {
            const flat = reshaped(x, [x.data.length / 5, 5]);
            return reshaped(reference.add(reference.matmul(flat, reference.transposed(w)), b), [
              ...x.shape.slice(0, -1),
              4,
            ]);
          },
        ),
      ),
      makeCase([sample([3, 8]), sample([4, 8], { seed: 2 })], weft.linear, (x, w) =>
        reference.matmul(x, reference.transposed(w)),
      ),
    ],
  },
  ...(["softmax", "logSoftmax"] as const).map(
    (name): Row => ({
      names: [name],
      tolerance: TRANSCENDENTAL,
      cases: [
        ...rows.map((input) => makeCase([input], weft[name], reference[name])),
        makeCase([hugeRow], weft[name], reference[name], { label: "±1e30", gradient: false }),
      ],
    }),
  ),
  {
    names: ["crossEntropy"],
    tolerance: TRANSCENDENTAL,
    cases: (["none", "sum", "mean"] as const).flatMap((reduction) =>
      [
        [3, 4],
        [5, 85],
        [2, 600],
      ].map(([n = 0, v = 0]) =>
        makeCase(
          [sample([n, v]), sample([n], { dtype: "i32", low: 0, high: v })],
          (x, t) => weft.crossEntropy(x, t, { reduction }),
          (x, t) => {
            const losses = reference.crossEntropy(x, t);
            const sum = reference.reduce([0], false, reference.total)(losses);
            return reduction === "none"
              ? losses
              : reduction === "sum"
                ? sum
                : reference.unary((s) => s / n)(sum);
          },
          { label: reduction },
        ),
      ),
    ),
  },
  {
    names: ["embedding"],
    tolerance: EXACT,
    cases: [[4], [2, 3], [], [0]].map((ids) =>
      makeCase(
        [sample([5, 6]), sample(ids, { dtype: "i32", low: 0, high: 5 })],
        weft.embedding,
        reference.embedding,
      ),
    ),
  },
  {
    names: ["lstmCell"],
    tolerance: TRANSCENDENTAL,
    cases: [
      [1, 1],
      [2, 3],
      [3, 8],
    ].map(([b = 0, h = 0]) =>
      makeCase([sample([b, 4 * h]), sample([b, h], { seed: 2 })], weft.lstmCell, reference.lstmCell),
    ),
  },
  {
    names: ["gruCell"],
    tolerance: TRANSCENDENTAL,
    cases: [
      [1, 1],
      [2, 3],
      [3, 8],
    ].map(([b = 0, h = 0]) =>
      makeCase(
        [sample([b, 3 * h]), sample([b, 3 * h], { seed: 2 }), sample([b, h], { seed: 3 })],
        weft.gruCell,
        reference.gruCell,
      ),
    ),
  },
  {
    names: ["cast"],
    tolerance: EXACT,
    cases: [
      makeCase(
        [sample([3, 5], { lie: "transposed" })],
        (x) => weft.cast(x, "i32"),
        reference.unary(Math.trunc),
        { gradient: false },
      ),
      makeCase(
        [sample([7], { dtype: "i32", low: -9, high: 9 })],
        (x) => weft.cast(x, "f32"),
        (x) => x,
      ),
      makeCase(
        [sample([7], { dtype: "u32", low: 0, high: 9 })],
        (x) => weft.cast(x, "f32"),
        (x) => x,
      ),
    ],
  },
  layout(["contiguous"], [[turned], weft.contiguous, (x) => x], [[sample([3])], weft.contiguous, (x) => x]),
  layout(
    ["reshape"],
    [[cube], (x) => weft.reshape(x, [4, -1]), (x) => reshaped(x, [4, 6])],
    [[turned], (x) => weft.reshape(x, [2, 6]), (x) => reshaped(x, [2, 6])],
    [[sample([0, 3])], (x) => weft.reshape(x, [3, 0]), (x) => reshaped(x, [3, 0])],
    [[sample([1])], (x) => weft.reshape(x, []), (x) => reshaped(x, [])],
  ),
  layout(
    ["transpose"],
    [[cube], (x) => weft.transpose(x), reference.transposed],
    [[cube], (x) => weft.transpose(x, 0, 2), moved([4, 3, 2], ([a = 0, b = 0, c = 0]) => [c, b, a])],
  ),
  layout(
    ["permute"],
    [[cube], (x) => weft.permute(x, [2, 0, -2]), moved([4, 2, 3], ([a = 0, b = 0, c = 0]) => [b, c, a])],
  ),
  layout(
    ["expand"],
    [[sample([3, 1])], (x) => weft.expand(x, [2, -1, 4]), moved([2, 3, 4], ([, b = 0]) => [b, 0])],
    [[sample([])], (x) => weft.expand(x, [3]), moved([3], () => [])],
  ),
  layout(["unsqueeze"], [[sample([2, 3])], (x) => weft.unsqueeze(x, 1), (x) => reshaped(x, [2, 1, 3])]),
  layout(["squeeze"], [[sample([2, 1, 3])], (x) => weft.squeeze(x, -2), (x) => reshaped(x, [2, 3])]),
  layout(
    ["slice"],
    [[cube], (x) => weft.slice(x, 1, 1), reference.slice(1, 1, 3)],
    [[cube], (x) => weft.slice(x, -1, -3, -1), reference.slice(2, 1, 3)],
    [[cube], (x) => weft.slice(x, 0, 5), reference.slice(0, 2, 2)],
    [[turned], (x) => weft.slice(x, 1, 1, 3), reference.slice(1, 1, 3)],
  ),
  layout(["select"], [[cube], (x) => weft.select(x, 1, -1), moved([2, 4], ([a = 0, c = 0]) => [a, 2, c])]),
  layout(
    ["unbind"],
    [
      [cube],
      (x) => weft.unbind(x, 1),
      (x) => [0, 1, 2].map((b) => moved([2, 4], ([a = 0, c = 0]) => [a, b, c])(x)),
    ],
  ),
  layout(
    ["cat"],
    [
      [sample([2, 3]), sample([2, 2], { seed: 2 })],
      (a, b) => weft.cat([a as Tensor, b as Tensor], 1),
      reference.cat(1),
    ],
    [[turned, sample([2, 4], { seed: 2 })], (a, b) => weft.cat([a as Tensor, b as Tensor]), reference.cat(0)],
    [[sample([2]), sample([0]), sample([3], { seed: 2 })], (...parts) => weft.cat(parts), reference.cat(0)],
  ),
  layout(
    ["stack"],
    [
      [sample([2, 3]), sample([2, 3], { seed: 2 })],
      (a, b) => weft.stack([a as Tensor, b as Tensor], 1),
      (a, b) => reference.cat(1)(reshaped(a as Array64, [2, 1, 3]), reshaped(b as Array64, [2, 1, 3])),
    ],
  ),
];
