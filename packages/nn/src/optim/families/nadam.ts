import { kernels } from "@weft/kernels";
import { launch } from "@weft/tensor";
import { always, type Family, logOf } from "../family.js";
import type { GroupOptions, OptionsOf, ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, type Betas, decays, flag } from "../options.js";

/** What a group of NAdam's parameters can be told. */
export interface NAdamGroup extends GroupOptions {
  /** Decay of the mean of gradients and of their squares. */
  betas: Betas;
  /** Added to the root, so that small gradients do not make large steps. */
  eps: number;
  /** How fast the momentum rises from β₁ / 2 to β₁. */
  momentumDecay: number;
  /** Whether weightDecay shrinks the weights themselves, as AdamW does, instead of being added to the gradient. */
  decoupledWeightDecay: boolean;
}

export type NAdamOptions = OptionsOf<NAdamGroup>;

const family: Family<NAdamGroup, typeof kernels.nadam> = {
  name: "NAdam",
  kernel: kernels.nadam,
  rules: {
    learningRate: atLeastZero(2e-3),
    betas: decays(0.9, 0.999),
    eps: atLeastZero(1e-8),
    weightDecay: atLeastZero(0),
    momentumDecay: atLeastZero(4e-3),
    maximize: flag(),
    decoupledWeightDecay: flag(),
  },
  moments: { exp_avg: always, exp_avg_sq: always },
  product: "mu_product",
  numbers: ({ learningRate, betas: [beta1, beta2], eps, weightDecay, ...group }) => ({
    ...{ learningRate, beta1, oneMinusBeta1: 1 - beta1 },
    ...{ beta2, oneMinusBeta2: 1 - beta2, logBeta2: logOf(beta2) },
    logDecay: group.momentumDecay * Math.log(0.96),
    eps,
    weightDecay: group.decoupledWeightDecay ? 0 : weightDecay,
    shrink: group.decoupledWeightDecay ? 1 - learningRate * weightDecay : 1,
    sign: group.maximize ? -1 : 1,
  }),
  launch({ bindings, moment, params, options }) {
    launch(kernels.nadam, { ...bindings, m: moment("exp_avg"), v: moment("exp_avg_sq") }, params, options);
  },
};

/**
 * NAdam (Dozat 2016), Adam with Nesterov's momentum, with PyTorch's defaults and formula:
 *
 * `μ_t = β₁ (1 − ½ · 0.96^(t · momentumDecay))`, `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`,
 * `θ ← θ − lr · ((1 − μ_t) · g / (1 − μ₁…μ_t) + μ_{t+1} · m / (1 − μ₁…μ_{t+1})) / (√(v / (1 − β₂ᵗ)) + ε)`
 *
 * This is PyTorch's documented formula, which it computes since 2.0; earlier versions multiply by μ_t once too often.
 * `weightDecay` is as in Adam. A parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new NAdam([x], { learningRate: 0.5, betas: [0, 0.9] });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.5]
 */
export class NAdam extends Optimizer<NAdamGroup> {
  constructor(parameters: ParametersOrGroups<NAdamGroup>, options: NAdamOptions = {}) {
    super(family, parameters, options);
  }
}
