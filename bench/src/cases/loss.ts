import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers, wholeNumbers } from "../data.js";

function nll(rows: number, cols: number): Case {
  const x = numbers(rows * cols, { low: -5, high: 0 });
  const targets = wholeNumbers(rows, cols);
  return kernelCase({
    ...{ kernel: "nll", size: `${rows}×${cols}`, work: { bytes: 4 * 4 * rows } },
    tensors: () => ({
      ...{ x: tensor(x), targets: tensor(targets) },
      ...{ losses: output(rows), counted: output(rows) },
    }),
    encode: ({ x, ...rest }) =>
      launch(
        kernels.nll,
        { x, weight: x, ...rest },
        { rows, cols, inner: 1, ignoreIndex: -100 },
        { invocations: rows },
      ),
    expected: () => ({
      losses: Array.from({ length: rows }, (_, r) => -(x[r * cols + (targets[r] as number)] as number)),
      counted: Array.from({ length: rows }, () => 1),
    }),
  });
}

function binaryCrossEntropy(size: number): Case {
  const [x, targets] = [numbers(size, { low: 0, high: 1 }), numbers(size, { low: 0, high: 1, seed: 2 })];
  return kernelCase({
    ...{ kernel: "binaryCrossEntropy", size: `${size}`, work: { bytes: 12 * size } },
    tensors: () => ({ x: tensor(x), targets: tensor(targets), out: output(size) }),
    encode: (tensors) => launch(kernels.binaryCrossEntropy, tensors, { size }, { invocations: size }),
    expected: () => ({
      out: Array.from(x, (p, i) => {
        const t = targets[i] as number;
        return -(t * Math.max(Math.log(p), -100) + (1 - t) * Math.max(Math.log1p(-p), -100));
      }),
    }),
  });
}

function weightedMean(size: number): Case {
  const [losses, counted] = [numbers(size, { low: 0, high: 5 }), numbers(size, { low: 0, high: 1, seed: 2 })];
  const sum = (values: Iterable<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  return kernelCase({
    ...{ kernel: "weightedMean", size: `${size}`, work: { bytes: 8 * size } },
    tensors: () => ({
      ...{ losses: tensor(losses), counted: tensor(counted) },
      ...{ mean: output(), total: output() },
    }),
    encode: (tensors) => launch(kernels.weightedMean, tensors, { size }, { workgroups: [1, 1, 1] }),
    expected: () => ({ mean: [sum(losses) / sum(counted)], total: [sum(counted)] }),
  });
}

export const losses: readonly Case[] = [
  ...[nll(512, 65), nll(65_536, 64), binaryCrossEntropy(2 ** 20)],
  ...[weightedMean(512), weightedMean(65_536)],
];
