import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";
import { rowWorkgroup } from "./softmax.js";

function normalize(rows: number, cols: number, CENTERED: 0 | 1): Case {
  const count = rows * cols;
  const x = numbers(count, { low: -5, high: 5 });
  const [weight, bias] = [numbers(cols, { seed: 2 }), numbers(cols, { seed: 3 })];
  const eps = 1e-5;
  const knobs = { WORKGROUP: rowWorkgroup(cols), CENTERED, WEIGHTED: 1, BIASED: CENTERED };
  return kernelCase({
    ...{ kernel: "normalize", ...(CENTERED === 0 && { variant: "rms" }), size: `${rows}×${cols}` },
    work: { bytes: 8 * count },
    tensors: () => ({ x: tensor(x), weight: tensor(weight), bias: tensor(bias), out: output(rows, cols) }),
    encode: (tensors) => launch(kernels.normalize, tensors, { rows, cols, eps }, { rows, knobs }),
    expected: () => ({
      out: Array.from({ length: rows }, (_, r) => Array.from(x.subarray(r * cols, (r + 1) * cols))).flatMap(
        (row) => {
          const mean = CENTERED * (row.reduce((a, b) => a + b) / cols);
          const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / cols;
          return row.map(
            (v, c) =>
              ((v - mean) / Math.sqrt(variance + eps)) * (weight[c] as number) +
              CENTERED * (bias[c] as number),
          );
        },
      ),
    }),
  });
}

// T·B = 512 rows of a small model's width, then of a large one's.
export const norms: readonly Case[] = [
  normalize(512, 128, 1),
  normalize(512, 128, 0),
  normalize(512, 1024, 1),
  normalize(512, 1024, 0),
];
