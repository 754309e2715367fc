import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers, wholeNumbers } from "../data.js";
import { logSumExp } from "../reference.js";

/** Invocations that share a row, as ops/network/rows.ts chooses them. */
export const rowWorkgroup = (cols: number) => Math.min(Math.max(2 ** Math.ceil(Math.log2(cols / 8)), 8), 256);

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
        launch(kernels.softmax, { x, out }, { rows, cols, inner: 1 }, { rows, knobs: { WORKGROUP, LOG } }),
      expected: () => ({
        out: eachRow.flatMap((r) => {
          const total = logSumExp(row(r));
          return row(r).map((v) => (LOG === 1 ? v - total : Math.exp(v - total)));
        }),
      }),
    });

  const params = { rows, cols, inner: 1, ignoreIndex: -100, smoothing: 0 };
  const dLosses = numbers(rows, { seed: 2 });
  return [
    softmax(0),
    softmax(1),
    kernelCase({
      ...{ kernel: "crossEntropy", size, work: { bytes: 4 * (count + 3 * rows) } },
      tensors: () => ({
        ...{ x: tensor(data), targets: tensor(targets) },
        ...{ losses: output(rows), counted: output(rows) },
      }),
      encode: ({ x, ...rest }) =>
        launch(kernels.crossEntropy, { x, weight: x, ...rest }, params, { rows, knobs: { WORKGROUP } }),
      expected: () => ({
        losses: eachRow.map((r) => logSumExp(row(r)) - (row(r)[targets[r] as number] as number)),
        counted: eachRow.map(() => 1),
      }),
    }),
    kernelCase({
      ...{ kernel: "crossEntropyGradient", size, work: { bytes: 4 * (2 * count + 2 * rows) } },
      tensors: () => ({
        ...{ x: tensor(data), targets: tensor(targets), dLosses: tensor(dLosses) },
        dx: output(rows, cols),
      }),
      encode: ({ x, ...rest }) =>
        launch(
          kernels.crossEntropyGradient,
          { x, weight: x, ...rest },
          { ...params, lossStep: 1 },
          {
            rows,
            knobs: { WORKGROUP },
          },
        ),
      expected: () => ({
        dx: eachRow.flatMap((r) => {
          const total = logSumExp(row(r));
          return row(r).map(
            (v, c) => (dLosses[r] as number) * (Math.exp(v - total) - Number(c === targets[r])),
          );
        }),
      }),
    }),
  ];
}

// The logits of a character model's step, T·B = 512 rows of V = 65; then a vocabulary of word pieces.
export const softmaxes: readonly Case[] = [...overRows(512, 65), ...overRows(128, 4096)];
