import { kernels } from "@weft/kernels";
import { launch } from "@weft/tensor";
import { always, type Family } from "../family.js";
import type { GroupOptions, OptionsOf, ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, flag } from "../options.js";

/** What a group of RMSprop's parameters can be told. */
export interface RMSpropGroup extends GroupOptions {
  /** Decay of the mean of squares. */
  alpha: number;
  /** Added to the root, so that small gradients do not make large steps. */
  eps: number;
  /** How much of the last step is repeated. */
  momentum: number;
  /** Divides by the standard deviation of gradients instead of the root of their mean square (Graves 2013). */
  centered: boolean;
}

export type RMSpropOptions = OptionsOf<RMSpropGroup>;

const family: Family<RMSpropGroup, typeof kernels.rmsprop> = {
  name: "RMSprop",
  kernel: kernels.rmsprop,
  rules: {
    learningRate: atLeastZero(1e-2),
    alpha: atLeastZero(0.99),
    eps: atLeastZero(1e-8),
    weightDecay: atLeastZero(0),
    momentum: atLeastZero(0),
    centered: flag(),
    maximize: flag(),
  },
  moments: {
    square_avg: always,
    grad_avg: ({ centered }) => centered,
    momentum_buffer: ({ momentum }) => momentum > 0,
  },
  numbers: ({ learningRate, alpha, eps, weightDecay, momentum, maximize, centered }) => ({
    ...{ learningRate, alpha, oneMinusAlpha: 1 - alpha, eps, weightDecay, momentum },
    ...{ sign: maximize ? -1 : 1, centered: Number(centered) },
  }),
  launch({ bindings, moment, params, options }) {
    const moments = {
      square: moment("square_avg"),
      average: moment("grad_avg"),
      buffer: moment("momentum_buffer"),
    };
    launch(kernels.rmsprop, { ...bindings, ...moments }, params, options);
  },
};

/**
 * RMSprop (Hinton 2012, lecture 6e) with PyTorch's defaults and formula:
 *
 * `s ← αs + (1 − α)g²`, `θ ← θ − lr · g / (√s + ε)`
 *
 * With `centered` the mean gradient's square is taken from s, which is then never below 0; with `momentum`
 * `b ← momentum · b + g / (√s + ε)`, `θ ← θ − lr · b`. `weightDecay · θ` is added to g.
 *
 * A parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new RMSprop([x], { learningRate: 0.1, alpha: 0.75 });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.8]
 */
export class RMSprop extends Optimizer<RMSpropGroup> {
  constructor(parameters: ParametersOrGroups<RMSpropGroup>, options: RMSpropOptions = {}) {
    super(family, parameters, options);
  }
}
