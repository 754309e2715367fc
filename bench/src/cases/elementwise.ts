import { kernels } from "@weft/kernels";
import { full, launch, strided, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

/** Large enough not to fit a cache. */
const SIDE = 1024;
const SIZE = SIDE * SIDE;
const size = `${SIDE}×${SIDE}`;

const { ADD } = kernels.binary.constants;
const { TANH, NEG } = kernels.unary.constants;
/** Of kernels that take strides: one axis, read four numbers at a time. */
const FOURS = { QUADS: 1, A_FOURS: 1, B_FOURS: 1 } as const;

const a = numbers(SIZE, { seed: 1 });
const b = numbers(SIZE, { seed: 2 });
const wide = numbers(SIZE, { low: -1000, high: 1000, seed: 3 });

const unary = (variant: string, OP: number, f: (v: number) => number): Case =>
  kernelCase({
    ...{ kernel: "unary", variant, size, work: { bytes: 8 * SIZE } },
    tensors: () => ({ x: tensor(a), out: output(SIZE) }),
    encode: ({ x, out }) =>
      launch(
        kernels.unary,
        { x: strided(x), x4: strided(x), out: strided(out) },
        { axes: [SIZE, 1, 0, 0], offset: 0, size: SIZE, a: 0, b: 0 },
        { invocations: SIZE / 4, knobs: { RANK: 1, OP, QUADS: 1, X_FOURS: 1 } },
      ),
    expected: () => ({ out: Float64Array.from(a, f) }),
  });

export const elementwise: readonly Case[] = [
  kernelCase({
    ...{ kernel: "fill", size, work: { bytes: 4 * SIZE } },
    tensors: () => ({ out: output(SIZE) }),
    // 0x3fc00000 are the bits of 1.5.
    encode: ({ out }) =>
      launch(kernels.fill, { out }, { bits: 0x3fc00000, size: SIZE }, { invocations: SIZE }),
    expected: () => ({ out: new Float64Array(SIZE).fill(1.5) }),
  }),
  kernelCase({
    ...{ kernel: "copy", variant: "transposed", size, work: { bytes: 8 * SIZE } },
    tensors: () => ({ x: tensor(a), out: output(SIDE, SIDE) }),
    encode: ({ x, out }) =>
      launch(
        kernels.copy,
        { x: strided(x), out: strided(out) },
        // For each axis: length, stride of x, stride of out.
        { axes: [SIDE, 1, SIDE, 0, SIDE, SIDE, 1, 0], offset: 0, outOffset: 0, size: SIZE },
        { invocations: SIZE, knobs: { RANK: 2, Element: "f32" } },
      ),
    expected: () => ({ out: a.map((_, i) => a[(i % SIDE) * SIDE + Math.floor(i / SIDE)] as number) }),
  }),
  kernelCase({
    ...{ kernel: "cast", variant: "f32 to i32", size, work: { bytes: 8 * SIZE } },
    tensors: () => ({ x: tensor(wide), out: full([SIZE], -1_000_000, { dtype: "i32" }) }),
    encode: ({ x, out }) =>
      launch(
        kernels.cast,
        { x, out },
        { size: SIZE },
        { invocations: SIZE, knobs: { Source: "f32", Element: "i32" } },
      ),
    expected: () => ({ out: wide.map(Math.trunc) }),
  }),
  unary("neg", NEG, (v) => -v),
  unary("tanh", TANH, Math.tanh),
  kernelCase({
    ...{ kernel: "binary", variant: "add", size, work: { bytes: 12 * SIZE } },
    tensors: () => ({ x: tensor(a), y: tensor(b), out: output(SIZE) }),
    encode: ({ x, y, out }) =>
      launch(
        kernels.binary,
        { a: strided(x), b: strided(y), a4: strided(x), b4: strided(y), out: strided(out) },
        { axes: [SIZE, 1, 1, 0], aOffset: 0, bOffset: 0, size: SIZE, number: 0 },
        { invocations: SIZE / 4, knobs: { RANK: 1, OP: ADD, ...FOURS } },
      ),
    expected: () => ({ out: Float64Array.from(a, (v, i) => v + (b[i] as number)) }),
  }),
  kernelCase({
    ...{ kernel: "binary", variant: "add row", size, work: { bytes: 8 * SIZE + 4 * SIDE } },
    tensors: () => ({ x: tensor(a), y: tensor(b.slice(0, SIDE)), out: output(SIDE, SIDE) }),
    encode: ({ x, y, out }) =>
      launch(
        kernels.binary,
        { a: strided(x), b: strided(y), a4: strided(x), b4: strided(y), out: strided(out) },
        // For each axis: length, stride of a, stride of b, which is repeated along the first.
        { axes: [SIDE, SIDE, 0, 0, SIDE, 1, 1, 0], aOffset: 0, bOffset: 0, size: SIZE, number: 0 },
        { invocations: SIZE / 4, knobs: { RANK: 2, OP: ADD, ...FOURS } },
      ),
    expected: () => ({ out: Float64Array.from(a, (v, i) => v + (b[i % SIDE] as number)) }),
  }),
  kernelCase({
    ...{ kernel: "where", size, work: { bytes: 16 * SIZE } },
    tensors: () => ({
      condition: tensor(
        Uint8Array.from(a, (v) => Number(v > 0)),
        { dtype: "bool" },
      ),
      x: tensor(a),
      y: tensor(b),
      out: output(SIZE),
    }),
    encode: ({ condition, x, y, out }) =>
      launch(
        kernels.where,
        { condition: strided(condition), a: strided(x), b: strided(y), out },
        { axes: [SIZE, 1, 1, 1], conditionOffset: 0, aOffset: 0, bOffset: 0, size: SIZE },
        { invocations: SIZE, knobs: { RANK: 1 } },
      ),
    expected: () => ({ out: Float64Array.from(a, (v, i) => (v > 0 ? v : (b[i] as number))) }),
  }),
  kernelCase({
    ...{ kernel: "nonFinite", size, work: { bytes: 4 * SIZE } },
    tensors: () => ({
      x: tensor(a.map((v, i) => (i % 1000 === 0 ? Number.NaN : v))),
      counts: tensor(new Uint32Array(2)),
    }),
    encode: ({ x, counts }) =>
      launch(kernels.nonFinite, { x, counts }, { size: SIZE, slot: 0 }, { invocations: SIZE }),
    expected: () => ({ counts: [Math.ceil(SIZE / 1000), 0] }),
  }),
];
