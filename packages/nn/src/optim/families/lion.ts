import { kernels } from "@weft/kernels";
import { launch } from "@weft/tensor";
import { always, type Family } from "../family.js";
import type { GroupOptions, OptionsOf, ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, type Betas, decays, flag } from "../options.js";

/** What a group of Lion's parameters can be told. */
export interface LionGroup extends GroupOptions {
  /** Weight of the momentum in the step, and its decay. */
  betas: Betas;
}

export type LionOptions = OptionsOf<LionGroup>;

const family: Family<LionGroup, typeof kernels.lion> = {
  name: "Lion",
  kernel: kernels.lion,
  rules: {
    learningRate: atLeastZero(1e-4),
    betas: decays(0.9, 0.99),
    weightDecay: atLeastZero(0),
    maximize: flag(),
  },
  moments: { exp_avg: always },
  numbers: ({ learningRate, betas: [beta1, beta2], weightDecay, maximize }) => ({
    ...{ learningRate, beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2 },
    shrink: 1 - learningRate * weightDecay,
    sign: maximize ? -1 : 1,
  }),
  launch({ bindings, moment, params, options }) {
    launch(kernels.lion, { ...bindings, m: moment("exp_avg") }, params, options);
  },
};

/**
 * Lion (Chen et al. 2023, algorithm 2), which moves every weight by the learning rate, up or down:
 *
 * `θ ← (1 − lr · weightDecay) · θ − lr · sign(β₁m + (1 − β₁)g)`, `m ← β₂m + (1 − β₂)g`
 *
 * Its learning rate is a third to a tenth of Adam's, its decay as much larger. It keeps half of what Adam keeps.
 * A parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1, -3], { requiresGrad: true });
 * const optimizer = new Lion([x], { learningRate: 0.25 });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.75, -2.75]
 */
export class Lion extends Optimizer<LionGroup> {
  constructor(parameters: ParametersOrGroups<LionGroup>, options: LionOptions = {}) {
    super(family, parameters, options);
  }
}
