import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers, wholeNumbers } from "../data.js";
import { logSumExp } from "../reference.js";

/** Invocations that share a row, as ops/softmax.ts chooses them. */
const rowWorkgroup = (cols: number) => Math.min(Math.max(2 ** Math.ceil(Math.log2(cols / 8)), 8), 256);

function overRows(rows: number, cols: number): Case[] {
  const size = `${rows}×${cols}`;
  const count = rows * cols;
  const data = numbers(count, { low: -5, high: 5 });
  const targets = wholeNumbers(rows, cols);
  const WORKGROUP = rowWorkgroup(cols);
  const row = (r: number) => Array.from(data.subarray(r * cols, (r + 1) * cols));
  const eachRow = Array.from({ length: rows }, (_, r) => r);

  const softmax = (LOG: 0 | 1): Case =>
    kernelCase({
      ...{ kernel: "softmax", ...(LOG === 1 && { variant: "log" }), size, work: { bytes: 8 * count } },
      tensors: () => ({ x: tensor(data), out: output(rows, cols) }),
      encode: ({ x, out }) =>
        launch(kernels.softmax, { x, out }, { rows, cols }, { rows, knobs: { WORKGROUP, LOG } }),
      expected: () => ({
        out: eachRow.flatMap((r) => {
          const total = logSumExp(row(r));
          return row(r).map((v) => (LOG === 1 ? v - total : Math.exp(v - total)));
        }),
      }),
    });

  return [
    softmax(0),
    softmax(1),
    kernelCase({
      ...{ kernel: "crossEntropy", size, work: { bytes: 4 * (count + 2 * rows) } },
      tensors: () => ({ x: tensor(data), targets: tensor(targets), out: output(rows) }),
      encode: (tensors) =>
        launch(kernels.crossEntropy, tensors, { rows, cols }, { rows, knobs: { WORKGROUP } }),
      expected: () => ({
        out: eachRow.map((r) => logSumExp(row(r)) - (row(r)[targets[r] as number] as number)),
      }),
    }),
    kernelCase({
      ...{ kernel: "oneHot", size, work: { bytes: 4 * (count + rows) } },
      tensors: () => ({ ids: tensor(targets), out: output(rows, cols) }),
      encode: ({ ids, out }) =>
        launch(kernels.oneHot, { ids, out }, { cols, size: count }, { invocations: count }),
      expected: () => ({ out: data.map((_, i) => (i % cols === targets[Math.floor(i / cols)] ? 1 : 0)) }),
    }),
  ];
}

// The logits of a character model's step, T·B = 512 rows of V = 65; then a vocabulary of word pieces.
export const softmaxes: readonly Case[] = [...overRows(512, 65), ...overRows(128, 4096)];
