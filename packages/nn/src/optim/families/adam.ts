import { kernels } from "@weft/kernels";
import { launch } from "@weft/tensor";
import { always, type Family, logOf } from "../family.js";
import type { GroupOptions, OptionsOf, ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, type Betas, decays, flag } from "../options.js";

/** What a group of Adam's parameters can be told. */
export interface AdamGroup extends GroupOptions {
  /** Decay of the mean of gradients and of their squares. */
  betas: Betas;
  /** Added to the root, so that small gradients do not make large steps. */
  eps: number;
  /** Divides by the largest mean of squares so far (Reddi et al. 2018). */
  amsgrad: boolean;
  /** Whether weightDecay shrinks the weights themselves, as AdamW does, instead of being added to the gradient. */
  decoupledWeightDecay: boolean;
}

export type AdamOptions = OptionsOf<AdamGroup>;

export const adamFamily: Family<AdamGroup, typeof kernels.adam> = {
  name: "Adam",
  kernel: kernels.adam,
  rules: {
    learningRate: atLeastZero(1e-3),
    betas: decays(0.9, 0.999),
    eps: atLeastZero(1e-8),
    weightDecay: atLeastZero(0),
    amsgrad: flag(),
    maximize: flag(),
    decoupledWeightDecay: flag(),
  },
  moments: { exp_avg: always, exp_avg_sq: always, max_exp_avg_sq: ({ amsgrad }) => amsgrad },
  numbers: ({ learningRate, betas: [beta1, beta2], eps, weightDecay, ...group }) => ({
    learningRate,
    ...{ beta1, oneMinusBeta1: 1 - beta1, logBeta1: logOf(beta1) },
    ...{ beta2, oneMinusBeta2: 1 - beta2, logBeta2: logOf(beta2) },
    eps,
    weightDecay: group.decoupledWeightDecay ? 0 : weightDecay,
    shrink: group.decoupledWeightDecay ? 1 - learningRate * weightDecay : 1,
    sign: group.maximize ? -1 : 1,
    amsgrad: Number(group.amsgrad),
  }),
  launch({ bindings, moment, params, options }) {
    const moments = { m: moment("exp_avg"), v: moment("exp_avg_sq"), vMax: moment("max_exp_avg_sq") };
    launch(kernels.adam, { ...bindings, ...moments }, params, options);
  },
};

/**
 * Adam (Kingma and Ba 2015) with PyTorch's defaults and formula:
 *
 * `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `θ ← θ − lr · m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)`, `v̂ = v / (1 − β₂ᵗ)`
 *
 * With `amsgrad` the largest v so far takes the place of v; `weightDecay` is added to the gradient as `weightDecay · θ`,
 * or with `decoupledWeightDecay` shrinks θ by `1 − lr · weightDecay`, as AdamW does.
 *
 * A parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new Adam([x], { learningRate: 0.1 });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.9]
 */
export class Adam extends Optimizer<AdamGroup> {
  constructor(parameters: ParametersOrGroups<AdamGroup>, options: AdamOptions = {}) {
    super(adamFamily, parameters, options);
  }
}
