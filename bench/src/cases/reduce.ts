import { kernels } from "@weft/kernels";
import { launch, tensor, zeros } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

interface Fold {
  readonly variant: string;
  /** x is (outer, length, inner); the middle axis is folded in parts of `chunk`. */
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly chunk: number;
  readonly OP: number;
  readonly f: (a: number, b: number) => number;
}

function reduce({ variant, outer, length, inner, chunk, OP, f }: Fold): Case {
  const [parts, count] = [length / chunk, outer * length * inner];
  const size = outer * parts * inner;
  const data = numbers(count);
  return kernelCase({
    ...{
      kernel: "reduce",
      variant,
      size: `${outer}×${length}×${inner}`,
      work: { bytes: 4 * (count + size) },
    },
    tensors: () => ({ x: tensor(data), out: output(outer, parts, inner) }),
    encode: ({ x, out }) =>
      launch(
        kernels.reduce,
        { x, out },
        { length, inner, chunk, parts, size },
        { invocations: size, knobs: { OP } },
      ),
    expected: () => ({
      out: Float64Array.from({ length: size }, (_, i) => {
        const first = Math.floor(i / inner) * chunk * inner + (i % inner);
        return Array.from({ length: chunk }, (_, r) => data[first + r * inner] as number).reduce((a, b) =>
          f(a, b),
        );
      }),
    }),
    tolerance: 1e-4,
  });
}

function sumOfLong(length: number, inner: number, LINES: number): Case {
  const data = numbers(length * inner, { low: 0 });
  return kernelCase({
    ...{ kernel: "reduceLong", variant: "sum of rows", size: `1×${length}×${inner}` },
    work: { bytes: 4 * (length + 1) * inner },
    tensors: () => ({ x: tensor(data), out: output(inner) }),
    encode: ({ x, out }) =>
      launch(
        kernels.reduceLong,
        { x, out },
        { length, inner, size: inner },
        { rows: Math.ceil(inner / LINES), knobs: { OP: SUM, LINES } },
      ),
    expected: () => ({
      out: Float64Array.from({ length: inner }, (_, i) => {
        let total = 0;
        for (let r = 0; r < length; r++) total += data[r * inner + i] as number;
        return total;
      }),
    }),
    tolerance: 1e-4,
  });
}

function argmax(outer: number, length: number): Case {
  const data = numbers(outer * length);
  return kernelCase({
    ...{ kernel: "argReduce", size: `${outer}×${length}`, work: { bytes: 4 * outer * (length + 1) } },
    tensors: () => ({ x: tensor(data), out: zeros([outer], { dtype: "i32" }) }),
    encode: ({ x, out }) =>
      launch(
        kernels.argReduce,
        { x, candidates: x, out },
        { length, inner: 1, count: length, chunk: length, parts: 1, size: outer },
        { invocations: outer, knobs: { OP: kernels.argReduce.constants.MAX } },
      ),
    expected: () => ({
      out: Float64Array.from({ length: outer }, (_, row) => {
        const values = data.subarray(row * length, (row + 1) * length);
        return values.indexOf(Math.max(...values));
      }),
    }),
  });
}

const { SUM, MAX } = kernels.reduce.constants;
const plus = (a: number, b: number) => a + b;

export const reductions: readonly Case[] = [
  // A bias's gradient; a loss's first pass, in parts of 256; the largest of each row.
  reduce({ variant: "sum of rows", outer: 1, length: 512, inner: 512, chunk: 512, OP: SUM, f: plus }),
  reduce({ variant: "sum of all", outer: 1, length: 2 ** 20, inner: 1, chunk: 256, OP: SUM, f: plus }),
  reduce({ variant: "max", outer: 2048, length: 512, inner: 1, chunk: 512, OP: MAX, f: Math.max }),
  // Biases of a recurrent layer and of a decoder, over all steps of a batch.
  sumOfLong(8192, 512, 4),
  sumOfLong(2048, 11, 1),
  argmax(2048, 512),
];
