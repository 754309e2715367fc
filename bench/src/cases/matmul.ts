import { kernels } from "@weft/kernels";
import { type Device, launch, strided, type Tensor, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

/** out (M, N) = a (M, K) · w (K, N). A transposed operand is stored as (K, M) or (N, K) and read through its strides. */
interface Product {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly aTransposed?: boolean;
  readonly wTransposed?: boolean;
}

type Variant = "matmulNaive" | "matmul" | "matmulSubgroup";

function multiply(product: Product, variants: readonly Variant[]): Case[] {
  const { M, K, N, aTransposed = false, wTransposed = false } = product;
  const [aData, wData] = [numbers(M * K, { seed: 1 }), numbers(K * N, { seed: 2 })];
  let reference: Float64Array | undefined;
  return variants.map((kernel) =>
    kernelCase({
      kernel,
      variant: `${aTransposed ? "T" : "N"}${wTransposed ? "T" : "N"}`,
      size: `${M}×${K}×${N}`,
      work: { flops: 2 * M * N * K },
      skipped: (device: Device) =>
        kernel === "matmulSubgroup" && device.subgroups === undefined ? "no subgroups" : undefined,
      tensors: () => ({ a: tensor(aData), w: tensor(wData), out: output(M, N) }),
      encode: ({ a, w, out }) => encoders[kernel](product, a, w, out),
      expected() {
        reference ??= inPlainNumbers(product, aData, wData);
        return { out: reference };
      },
      tolerance: 1e-4,
    }),
  );
}

type Encoder = (product: Product, a: Tensor, w: Tensor, out: Tensor) => void;

/** How each kernel is launched; knobs as ops/matmul.ts chooses them. */
const encoders: Readonly<Record<Variant, Encoder>> = {
  matmulNaive(product, a, w, out) {
    const { M, N } = product;
    launch(kernels.matmulNaive, { a: strided(a), w: strided(w), out }, scalars(product), {
      workgroups: [Math.ceil(N / kernels.matmulNaive.overrides.WORKGROUP), M, 1],
    });
  },
  matmul(product, a, w, out) {
    const { M, N } = product;
    const WORKGROUP = N > 128 ? 32 : 16;
    launch(
      kernels.matmul,
      { a: strided(a), w: strided(w), c: strided(a), out },
      { ...scalars(product), cOffset: 0, cRow: 0, cCol: 0, firstTile: 0, firstBatch: 0 },
      { workgroups: [Math.ceil(N / (4 * WORKGROUP)), Math.ceil(M / 8), 1], knobs: { WORKGROUP, BIAS: 0 } },
    );
  },
  matmulSubgroup({ M, K, N, aTransposed = false, wTransposed = false }, a, w, out) {
    const { subgroups } = a.device;
    if (subgroups === undefined) throw new Error("no subgroups");
    // In fours where a's contiguous axis allows it, else number by number.
    const inFours = (aTransposed ? M : K) % 4 === 0;
    const unit = inFours ? 4 : 1;
    launch(
      kernels.matmulSubgroup,
      { a: strided(a), aNumbers: strided(a), w: strided(w), c: strided(a), out },
      {
        ...{ M, N, K, cOffset: 0, cRow: 0, cCol: 0, firstTile: 0, firstBatch: 0 },
        ...{ aOffset: 0, aBatch: 0, aRow: aTransposed ? 1 : K / unit, aCol: aTransposed ? M / unit : 1 },
        ...{ wOffset: 0, wBatch: 0, wStride: (wTransposed ? K : N) / 4 },
      },
      {
        workgroups: [Math.ceil(N / (4 * subgroups.WORKGROUP)), Math.ceil(M / 8), 1],
        knobs: {
          ...{ ...subgroups, BIAS: 0, W_ALONG_K: wTransposed ? 1 : 0 },
          ...{ A_ALONG_K: inFours && !aTransposed ? 1 : 0, A_ALONG_M: inFours && aTransposed ? 1 : 0 },
        },
      },
    );
  },
};

/** Sizes and strides, in numbers. */
const scalars = ({ M, K, N, aTransposed = false, wTransposed = false }: Product) => ({
  ...{ M, N, K, aOffset: 0, aBatch: 0, wOffset: 0, wBatch: 0 },
  ...(aTransposed ? { aRow: 1, aCol: M } : { aRow: K, aCol: 1 }),
  ...(wTransposed ? { wRow: 1, wCol: K } : { wRow: N, wCol: 1 }),
});

function inPlainNumbers(product: Product, a: Float32Array, w: Float32Array): Float64Array {
  const { M, K, N, aRow, aCol, wRow, wCol } = scalars(product);
  const out = new Float64Array(M * N);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < K; k++) {
      const v = a[m * aRow + k * aCol] as number;
      for (let n = 0; n < N; n++) {
        out[m * N + n] = (out[m * N + n] as number) + v * (w[k * wRow + n * wCol] as number);
      }
    }
  }
  return out;
}

const all = ["matmulNaive", "matmul", "matmulSubgroup"] as const;

// Variants of one shape stand together: only what is timed in the same minute compares.
export const matmuls: readonly Case[] = [
  // A recurrent step, h · weightHhᵀ; the part of a weight's gradient that one step adds; then a square.
  ...multiply({ M: 16, K: 128, N: 512, wTransposed: true }, all),
  ...multiply({ M: 128, K: 16, N: 512, aTransposed: true }, all),
  ...multiply({ M: 128, K: 128, N: 128 }, all),
  // The gradients of a decoder of 65 characters, whose rows are no multiple of four.
  ...multiply({ M: 512, K: 65, N: 128 }, ["matmul", "matmulSubgroup"]),
  ...multiply({ M: 65, K: 512, N: 128, aTransposed: true }, ["matmul", "matmulSubgroup"]),
  // A software adapter takes seconds for this one with the naive kernel.
  ...multiply({ M: 512, K: 512, N: 512 }, ["matmul", "matmulSubgroup"]),
];
