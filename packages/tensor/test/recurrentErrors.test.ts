// Messages of lstm, gru and rnn, and what a row that holds no numbers does to the others.
import { backward } from "@weft/autograd";
import {
  DTypeError,
  Generator,
  gru,
  lstm,
  normal,
  open,
  type RecurrenceOptions,
  rnn,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const [T, B, C, H] = [2, 3, 4, 5];
const x = (...shape: number[]) => zeros(shape.length === 0 ? [T, B, C] : shape);
const weights = (gates: number) => ({ weightIh: zeros([gates * H, C]), weightHh: zeros([gates * H, H]) });
const ofLstm = () => weights(4);
const i32 = (...shape: number[]) => zeros(shape, { dtype: "i32" });
const state = (b: number, h: number, c = H) => ({ h: zeros([b, h]), c: zeros([b, c]) });

const shapes: readonly (readonly [message: string, wrong: () => unknown])[] = [
  [
    "lstm: weightIh must be (4 · H, C), got (18, 4).",
    () => lstm(x(), { ...ofLstm(), weightIh: zeros([18, 4]) }),
  ],
  ["lstm: weightIh must be (4 · H, C), got (20).", () => lstm(x(), { ...ofLstm(), weightIh: zeros([20]) })],
  [
    "lstm: weightIh must be (4 · H, C), got (0, 4).",
    () => lstm(x(), { ...ofLstm(), weightIh: zeros([0, 4]) }),
  ],
  [
    "gru: weightIh must be (3 · H, C), got (20, 4).",
    () => gru(x(), { ...weights(3), weightIh: zeros([20, 4]) }),
  ],
  ["lstm: x must be (T, B, 4) with T ≥ 1, got (2, 3, 5).", () => lstm(x(2, 3, 5), ofLstm())],
  ["lstm: x must be (T, B, 4) with T ≥ 1, got (2, 4).", () => lstm(x(2, 4), ofLstm())],
  ["rnn: x must be (T, B, 4) with T ≥ 1, got (0, 3, 4).", () => rnn(x(0, 3, 4), weights(1))],
  [
    "lstm: weightHh must be (20, 5) for weightIh (20, 4), got (20, 4).",
    () => lstm(x(), { ...ofLstm(), weightHh: zeros([20, 4]) }),
  ],
  [
    "gru: biasIh must be (15) for weightIh (15, 4), got (5).",
    () => gru(x(), { ...weights(3), biasIh: zeros([5]), biasHh: zeros([15]) }),
  ],
  [
    "rnn: biasHh must be (5) for weightIh (5, 4), got (5, 1).",
    () => rnn(x(), { ...weights(1), biasIh: zeros([5]), biasHh: zeros([5, 1]) }),
  ],
  [
    "lstm: weightHr must be (2, 5) for weightIh (20, 4), got (2, 4).",
    () => lstm(x(), { ...ofLstm(), weightHh: zeros([20, 2]), weightHr: zeros([2, 4]) }),
  ],
  [
    "lstm: weightHh must be (20, 2) for weightIh (20, 4), got (20, 5).",
    () => lstm(x(), { ...ofLstm(), weightHr: zeros([2, 5]) }),
  ],
  [
    "gru: biasIh and biasHh go together; give both or none.",
    () => gru(x(), { ...weights(3), biasIh: zeros([15]) }),
  ],
  ["rnn: h must be (3, 5), got (1, 3, 5).", () => rnn(x(), weights(1), zeros([1, 3, 5]))],
  ["lstm: h must be (3, 5), got (2, 5).", () => lstm(x(), ofLstm(), state(2, 5))],
  ["lstm: c must be (3, 5), got (3, 4).", () => lstm(x(), ofLstm(), state(3, 5, 4))],
  [
    "lstm: h must be (3, 2), got (3, 5).",
    () => lstm(x(), { ...ofLstm(), weightHh: zeros([20, 2]), weightHr: zeros([2, 5]) }, state(3, 5)),
  ],
  [
    "gru: lengths must be (3), one for each row, got (2).",
    () => gru(x(), weights(3), undefined, { lengths: i32(2) }),
  ],
];

const dtypes: readonly (readonly [message: string, wrong: () => unknown])[] = [
  ["lstm: x is i32, and the layer computes in f32; use cast().", () => lstm(i32(2, 3, 4), ofLstm())],
  [
    "gru: weightHh is u32, and the layer computes in f32; use cast().",
    () => gru(x(), { ...weights(3), weightHh: zeros([15, 5], { dtype: "u32" }) }),
  ],
  [
    "lstm: weightHr is i32, and the layer computes in f32; use cast().",
    () => lstm(x(), { ...ofLstm(), weightHr: i32(2, 5) }),
  ],
  [
    "lstm: c is i32, and the layer computes in f32; use cast().",
    () => lstm(x(), ofLstm(), { h: zeros([3, 5]), c: i32(3, 5) }),
  ],
  ['rnn: lengths are f32; use dtype "i32".', () => rnn(x(), weights(1), undefined, { lengths: zeros([3]) })],
];

const others: readonly (readonly [message: string, kind: typeof Error, wrong: () => unknown])[] = [
  [
    "lstm: weightHh is undefined, not a tensor; use tensor().",
    TypeError,
    () => lstm(x(), { ...ofLstm(), weightHh: undefined as unknown as Tensor }),
  ],
  [
    "rnn: h is none, not a tensor; use tensor().",
    TypeError,
    () => rnn(x(), weights(1), "none" as unknown as Tensor),
  ],
  [
    "lstm: c is undefined, not a tensor; use tensor().",
    TypeError,
    () => lstm(x(), ofLstm(), { h: zeros([3, 5]) } as ReturnType<typeof state>),
  ],
  [
    'gru: form is "fast"; use "auto", "loop", "step", "sequence".',
    RangeError,
    () => gru(x(), weights(3), undefined, { form: "fast" as "loop" }),
  ],
  [
    'rnn: nonlinearity is "sine"; use "tanh" or "relu".',
    RangeError,
    () => rnn(x(), weights(1), undefined, { nonlinearity: "sine" as "relu" }),
  ],
];

describe("what does not go together", () => {
  it.each(shapes)("%s", (message, wrong) => {
    expect(wrong).toThrow(ShapeError);
    expect(wrong).toThrow(message);
  });

  it.each(dtypes)("%s", (message, wrong) => {
    expect(wrong).toThrow(DTypeError);
    expect(wrong).toThrow(message);
  });

  it.each(others)("%s", (message, kind, wrong) => {
    expect(wrong).toThrow(kind);
    expect(wrong).toThrow(message);
  });

  it.each([
    ["lstm", () => lstm(x(), ofLstm(), undefined, { nonlinearity: "relu" } as RecurrenceOptions)],
    ["gru", () => gru(x(), weights(3), undefined, { reversed: true } as RecurrenceOptions)],
    ["rnn", () => rnn(x(), weights(1), undefined, { proj: 1 } as RecurrenceOptions)],
  ])("%s refuses an option that is none", (name, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${name}: .*(nonlinearity|reversed|proj)`));
  });
});

const layers = [
  ["lstm", lstm, 4, {}],
  ["gru", gru, 3, {}],
  ["rnn", rnn, 1, {}],
  ["rnn with relu", rnn, 1, { nonlinearity: "relu" }],
] as const;

describe.each(layers)("a row of x that is no number, in %s", (_, layer, gates, options) => {
  it.each(["loop", "step", "sequence"] as const)(
    "stays NaN in itself and reaches no other: %s",
    async (form) => {
      const [rows, spoiled] = [10, 4]; // in a tile of eight rows, beside one of two
      const generator = new Generator(1);
      const draw = (...shape: number[]) => normal(shape, { generator, std: 0.5 });
      const params = { weightIh: draw(gates * 8, 4), weightHh: draw(gates * 8, 8) };
      const numbers = await draw(3, rows, 4).data();
      /** The output, (T, B, H), and the gradient of x, (T, B, C), with `value` in one row at time 1. */
      const run = async (value: number) => {
        const data = Float32Array.from(numbers);
        data[(1 * rows + spoiled) * 4 + 2] = value;
        const input = tensor(data, { shape: [3, rows, 4], requiresGrad: true });
        const { output } = layer(input, params, undefined, { ...options, form });
        backward(output.sum());
        return Promise.all([output, input.grad as Tensor].map((tensor) => tensor.data()));
      };
      const clean = await run(0);
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const found = await run(value);
        for (const [i, n] of [8, 4].entries()) {
          const other = (_: number, at: number) => Math.floor(at / n) % rows !== spoiled;
          expect(found[i]?.filter(other)).toEqual(clean[i]?.filter(other));
        }
        if (Number.isNaN(value)) {
          const [output] = found as [Float32Array];
          const last = output.subarray((2 * rows + spoiled) * 8, (2 * rows + spoiled + 1) * 8);
          expect([...last].every(Number.isNaN)).toBe(true);
        }
      }
    },
  );
});
