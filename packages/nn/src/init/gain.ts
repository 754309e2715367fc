import { checkNumber } from "../optionChecks.js";

/** Functions behind a layer whose gain is known. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leakyRelu"
  | "selu";

const GAINS: Readonly<Record<Nonlinearity, (slope: number) => number>> = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/**
 * What a weight is scaled by so that signals keep their size through the function behind it: PyTorch's recommendations, √2
 * for relu, 5/3 for tanh, √(2 / (1 + slope²)) for leakyRelu, ¾ for selu, 1 for the rest.
 *
 * @throws RangeError when the function is unknown
 * @example
 * init.calculateGain("tanh"); // 1.6666667
 * init.calculateGain("leakyRelu", 0.2); // 1.3867505
 */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  if (!Object.hasOwn(GAINS, nonlinearity)) {
    throw new RangeError(
      `init.calculateGain: no gain is known for ${JSON.stringify(nonlinearity)}; use ${Object.keys(GAINS).join(", ")}.`,
    );
  }
  checkNumber("init.calculateGain", "slope", slope, "finite");
  return GAINS[nonlinearity](slope);
}
