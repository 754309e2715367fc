import { kernels } from "@weft/kernels";
import { launch, type Tensor, tensor } from "@weft/tensor";
import { type Case, kernelCase } from "../case.js";
import { numbers } from "../data.js";

const SIZE = 2 ** 20;
const BLOCKS = SIZE / 256;
const PARTIALS = 64;
const [parameter, gradient] = [numbers(SIZE, { seed: 1 }), numbers(SIZE, { seed: 2 })];
const [m, v] = [numbers(SIZE, { seed: 3 }), numbers(SIZE, { low: 0, seed: 4 })];

/** Norm, skipped steps, partial sums of squares that add up to 1, then twice the steps of one parameter: 1 so far. */
const state = (): Float32Array => {
  const words = new Uint32Array(2 + PARTIALS + 2).fill(1);
  const numbers = new Float32Array(words.buffer);
  return numbers.fill(0, 0, 2).fill(1 / PARTIALS, 2, 2 + PARTIALS);
};
/** All blocks are of parameter 0, which is in group 0. */
const table = (): Tensor => tensor(new Uint32Array(BLOCKS + 1));
const common = (...group: number[]) => ({
  ...{ gradient: tensor(gradient), table: table(), state: tensor(state()), parameter: tensor(parameter) },
  groups: tensor(Float32Array.from(group)),
});

/** The partial sums say that the norm is 1: clipping halves all gradients. */
const CLIP = 0.5;
const params = {
  ...{ blocks: BLOCKS, parameters: 1, partials: PARTIALS, turn: 0, isFirst: 1 },
  ...{ clipNorm: CLIP, clipValue: 0 },
};
const options = { workgroups: [1024, 1, 1] } as const;
/** Step t = 2 with a learning rate and a weight decay. */
const [learningRate, weightDecay, t] = [1e-3, 0.01, 2];
const clipped = () =>
  Float64Array.from(gradient, (g, i) => CLIP * g + weightDecay * (parameter[i] as number));
const moved = (by: (i: number) => number) => Float64Array.from(parameter, (p, i) => p - by(i));

const adam = (): Case => {
  const [beta1, beta2, eps] = [0.9, 0.999, 1e-8];
  return kernelCase({
    ...{ kernel: "adam", size: "1024×1024", work: { bytes: 4 * 7 * SIZE } },
    // The kernel works in place: runs after the first go on from there, with the same gradient.
    tensors: () => ({
      ...common(
        ...[learningRate, beta1, 1 - beta1, Math.log(beta1), beta2, 1 - beta2, Math.log(beta2)],
        ...[eps, weightDecay, 1, 1, 0],
      ),
      ...{ m: tensor(m), v: tensor(v), vMax: tensor(new Float32Array(4)) },
    }),
    encode: (tensors) => launch(kernels.adam, tensors, params, options),
    expected() {
      const g = clipped();
      const mean = g.map((g, i) => beta1 * (m[i] as number) + (1 - beta1) * g);
      const square = g.map((g, i) => beta2 * (v[i] as number) + (1 - beta2) * g * g);
      const [correction1, correction2] = [1 - beta1 ** t, 1 - beta2 ** t];
      const by = (i: number) =>
        ((learningRate / correction1) * (mean[i] as number)) /
        (Math.sqrt((square[i] as number) / correction2) + eps);
      return { m: mean, v: square, parameter: moved(by) };
    },
  });
};

const gradientNorm = (): Case =>
  kernelCase({
    ...{ kernel: "gradientNorm", size: "1024×1024", work: { bytes: 4 * SIZE } },
    tensors: () => {
      const { gradient, table, state } = common();
      return { gradient, table, state };
    },
    encode: (tensors) =>
      launch(
        kernels.gradientNorm,
        tensors,
        { blocks: BLOCKS, firstPartial: 0, clipValue: 0 },
        { workgroups: [PARTIALS, 1, 1] },
      ),
    expected() {
      const sums = Float64Array.from(state());
      sums.fill(0, 2, 2 + PARTIALS);
      // Four blocks of 256 to each workgroup in turn.
      for (const [i, g] of gradient.entries()) {
        const place = 2 + (Math.floor(i / 1024) % PARTIALS);
        sums[place] = (sums[place] as number) + g * g;
      }
      return { state: sums };
    },
  });

export const optimizers: readonly Case[] = [gradientNorm(), adam()];
