import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

const SIZE = 2 ** 20;
const size = "1024×1024";
const stream = { key0: 7, key1: 11, stream: 3 };
const data = numbers(SIZE);

/** Threefry-2x32 with 20 rounds (Salmon et al. 2011): two words for counter (i, stream). */
function threefry(i: number): [number, number] {
  const { key0, key1 } = stream;
  const key = [key0, key1, 0x1bd11bda ^ key0 ^ key1] as const;
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ] as const;
  let [x, y] = [i + key0, stream.stream + key1];
  for (let group = 0; group < 5; group++) {
    for (const bits of rotations[(group % 2) as 0 | 1]) {
      x = (x + y) | 0;
      y = ((y << bits) | (y >>> (32 - bits))) ^ x;
    }
    const next = group + 1;
    x = (x + key[(next % 3) as 0 | 1 | 2]) | 0;
    y = (y + key[((next + 1) % 3) as 0 | 1 | 2] + next) | 0;
  }
  return [x, y];
}

/** The upper 24 bits as a number in [0, 1). */
const unit = (word: number) => (word >>> 8) / 2 ** 24;

function random(
  variant: string,
  kind: "UNIFORM" | "NORMAL",
  element: (u: number, v: number) => number,
): Case {
  return kernelCase({
    ...{ kernel: "random", variant, size, work: { bytes: 4 * SIZE } },
    tensors: () => ({ out: output(SIZE) }),
    encode: ({ out }) =>
      launch(
        kernels.random,
        { out },
        { ...stream, a: 0, b: 1, low: 0, range: 0, size: SIZE },
        { invocations: SIZE, knobs: { KIND: kernels.random.constants[kind] } },
      ),
    expected: () => ({
      out: Float64Array.from({ length: SIZE }, (_, i) => {
        const [x, y] = threefry(i);
        return element(unit(x), unit(y));
      }),
    }),
    // WGSL lets log and cos be this far off: §15.7.4 of its specification.
    tolerance: kind === "NORMAL" ? 5e-3 : 1e-6,
  });
}

export const randoms: readonly Case[] = [
  random("uniform", "UNIFORM", (u) => u),
  random("normal", "NORMAL", (u, v) => Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v)),
  kernelCase({
    ...{ kernel: "dropout", size, work: { bytes: 8 * SIZE } },
    tensors: () => ({ x: tensor(data), out: output(SIZE) }),
    encode: ({ x, out }) =>
      launch(
        kernels.dropout,
        { x, out },
        { ...stream, p: 0.25, scale: 1 / 0.75, size: SIZE },
        { invocations: SIZE },
      ),
    expected: () => ({
      out: Float64Array.from(data, (v, i) => (unit(threefry(i)[0]) >= 0.25 ? v / 0.75 : 0)),
    }),
  }),
];
