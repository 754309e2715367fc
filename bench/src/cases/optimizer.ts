import { type Kernel, kernels } from "@weft/kernels";
import { launch, packStructs, type StructOf, type Tensor, tensor } from "@weft/tensor";
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
const arenas = () => ({
  ...{ gradient: tensor(gradient), table: table(), state: tensor(state()), parameter: tensor(parameter) },
});
const common = <K extends Kernel>(kernel: K, group: StructOf<K, "groups">) => ({
  ...arenas(),
  groups: tensor(packStructs(kernel, "groups", [group])),
});

/** The partial sums say that the norm is 1: clipping halves all gradients. */
const CLIP = 0.5;
const params = {
  ...{ blocks: BLOCKS, parameters: 1, partials: PARTIALS, turn: 0, isFirst: 1 },
  ...{ clipNorm: CLIP, clipValue: 0 },
};
const options = { workgroups: [256, 1, 1] } as const;
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
      ...common(kernels.adam, {
        ...{ learningRate, beta1, oneMinusBeta1: 1 - beta1, logBeta1: Math.log(beta1) },
        ...{ beta2, oneMinusBeta2: 1 - beta2, logBeta2: Math.log(beta2) },
        ...{ eps, weightDecay, shrink: 1, sign: 1, amsgrad: 0 },
      }),
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
      const { gradient, table, state } = arenas();
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

const sgd = (): Case => {
  const momentum = 0.9;
  return kernelCase({
    ...{ kernel: "sgd", size: "1024×1024", work: { bytes: 4 * 5 * SIZE } },
    tensors: () => ({
      ...common(kernels.sgd, {
        ...{ learningRate, momentum, keptGradient: 1, weightDecay, sign: 1, nesterov: 0 },
      }),
      buffer: tensor(m),
    }),
    encode: (tensors) => launch(kernels.sgd, tensors, params, options),
    expected() {
      const buffer = clipped().map((g, i) => momentum * (m[i] as number) + g);
      return { buffer, parameter: moved((i) => learningRate * (buffer[i] as number)) };
    },
  });
};

const rmsprop = (): Case => {
  const [alpha, eps] = [0.99, 1e-8];
  return kernelCase({
    ...{ kernel: "rmsprop", size: "1024×1024", work: { bytes: 4 * 5 * SIZE } },
    tensors: () => ({
      ...common(kernels.rmsprop, {
        ...{ learningRate, alpha, oneMinusAlpha: 1 - alpha, eps, weightDecay },
        ...{ momentum: 0, sign: 1, centered: 0 },
      }),
      ...{ square: tensor(v), average: tensor(new Float32Array(4)), buffer: tensor(new Float32Array(4)) },
    }),
    encode: (tensors) => launch(kernels.rmsprop, tensors, params, options),
    expected() {
      const g = clipped();
      const square = g.map((g, i) => alpha * (v[i] as number) + (1 - alpha) * g * g);
      const by = (i: number) => (learningRate * (g[i] as number)) / (Math.sqrt(square[i] as number) + eps);
      return { square, parameter: moved(by) };
    },
  });
};

const adagrad = (): Case => {
  const [rateDecay, eps] = [0.1, 1e-10];
  return kernelCase({
    ...{ kernel: "adagrad", size: "1024×1024", work: { bytes: 4 * 5 * SIZE } },
    tensors: () => ({
      ...common(kernels.adagrad, { learningRate, rateDecay, eps, weightDecay, sign: 1 }),
      sums: tensor(v),
    }),
    encode: (tensors) => launch(kernels.adagrad, tensors, params, options),
    expected() {
      const g = clipped();
      const sums = g.map((g, i) => (v[i] as number) + g * g);
      const rate = learningRate / (1 + (t - 1) * rateDecay);
      return {
        sums,
        parameter: moved((i) => (rate * (g[i] as number)) / (Math.sqrt(sums[i] as number) + eps)),
      };
    },
  });
};

const nadam = (): Case => {
  const [beta1, beta2, eps, momentumDecay] = [0.9, 0.999, 1e-8, 4e-3];
  const mu = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
  return kernelCase({
    ...{ kernel: "nadam", size: "1024×1024", work: { bytes: 4 * 7 * SIZE } },
    tensors: () => ({
      ...common(kernels.nadam, {
        ...{ learningRate, beta1, oneMinusBeta1: 1 - beta1 },
        ...{ beta2, oneMinusBeta2: 1 - beta2, logBeta2: Math.log(beta2) },
        ...{ logDecay: momentumDecay * Math.log(0.96), eps, weightDecay, shrink: 1, sign: 1 },
      }),
      ...{ state: tensor(Float32Array.of(...state(), mu(1), mu(1))), m: tensor(m), v: tensor(v) },
    }),
    encode: (tensors) => launch(kernels.nadam, tensors, params, options),
    expected() {
      const g = clipped();
      const mean = g.map((g, i) => beta1 * (m[i] as number) + (1 - beta1) * g);
      const square = g.map((g, i) => beta2 * (v[i] as number) + (1 - beta2) * g * g);
      const product = mu(1) * mu(2);
      const by = (i: number) =>
        (learningRate *
          (((1 - mu(t)) / (1 - product)) * (g[i] as number) +
            (mu(t + 1) / (1 - product * mu(t + 1))) * (mean[i] as number))) /
        (Math.sqrt((square[i] as number) / (1 - beta2 ** t)) + eps);
      return { m: mean, v: square, parameter: moved(by) };
    },
  });
};

const lion = (): Case => {
  const [beta1, beta2] = [0.9, 0.99];
  return kernelCase({
    ...{ kernel: "lion", size: "1024×1024", work: { bytes: 4 * 5 * SIZE } },
    tensors: () => ({
      ...common(kernels.lion, {
        ...{ learningRate, beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2 },
        ...{ shrink: 1, sign: 1 },
      }),
      ...{ m: tensor(m) },
    }),
    encode: (tensors) => launch(kernels.lion, tensors, params, options),
    expected() {
      const g = Float64Array.from(gradient, (g) => CLIP * g);
      const towards = (i: number) => Math.sign(beta1 * (m[i] as number) + (1 - beta1) * (g[i] as number));
      return {
        m: g.map((g, i) => beta2 * (m[i] as number) + (1 - beta2) * g),
        parameter: moved((i) => learningRate * towards(i)),
      };
    },
  });
};

const weightAverage = (): Case =>
  kernelCase({
    ...{ kernel: "weightAverage", size: "1024×1024", work: { bytes: 4 * 3 * SIZE } },
    tensors: () => ({ parameter: tensor(parameter), average: tensor(m) }),
    encode: (tensors) =>
      launch(kernels.weightAverage, tensors, { share: 0.25, quads: SIZE / 4 }, { invocations: SIZE / 4 }),
    expected: () => ({
      average: Float64Array.from(m, (m, i) => m + 0.25 * ((parameter[i] as number) - m)),
    }),
  });

export const optimizers: readonly Case[] = [
  ...[gradientNorm(), sgd(), adam(), rmsprop(), adagrad(), nadam(), lion(), weightAverage()],
];
