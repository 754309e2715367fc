import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase } from "../case.js";
import { numbers } from "../data.js";

const SIZE = 2 ** 20;
const [parameter, gradient] = [numbers(SIZE, { seed: 1 }), numbers(SIZE, { seed: 2 })];
const [m, v] = [numbers(SIZE, { seed: 3 }), numbers(SIZE, { low: 0, seed: 4 })];
/** Step t = 2 with PyTorch's defaults and a weight decay. */
const [beta1, beta2, t] = [0.9, 0.999, 2];
const params = {
  ...{ stepSize: 1e-3 / (1 - beta1 ** t), rootCorrection2: Math.sqrt(1 - beta2 ** t) },
  ...{ beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2 },
  ...{ eps: 1e-8, weightDecay: 0.01, size: SIZE },
};

export const optimizers: readonly Case[] = [
  kernelCase({
    ...{ kernel: "adam", size: "1024×1024", work: { bytes: 4 * 7 * SIZE } },
    // The kernel works in place: runs after the first go on from there, with the same gradient.
    tensors: () => ({ parameter: tensor(parameter), gradient: tensor(gradient), m: tensor(m), v: tensor(v) }),
    encode: (tensors) => launch(kernels.adam, tensors, params, { invocations: SIZE }),
    expected() {
      const g = Float64Array.from(gradient, (g, i) => g + params.weightDecay * (parameter[i] as number));
      const mean = g.map((g, i) => beta1 * (m[i] as number) + (1 - beta1) * g);
      const square = g.map((g, i) => beta2 * (v[i] as number) + (1 - beta2) * g * g);
      const step = (i: number) =>
        (params.stepSize * (mean[i] as number)) /
        (Math.sqrt(square[i] as number) / params.rootCorrection2 + params.eps);
      return { m: mean, v: square, parameter: Float64Array.from(parameter, (p, i) => p - step(i)) };
    },
  }),
];
