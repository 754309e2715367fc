import { kernels } from "@weft/kernels";
import { launch } from "@weft/tensor";
import { always, type Family } from "../family.js";
import type { GroupOptions, OptionsOf, ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, flag } from "../options.js";

/** What a group of Adagrad's parameters can be told. */
export interface AdagradGroup extends GroupOptions {
  /** How fast the learning rate falls: it is divided by 1 + (t − 1) · lrDecay. */
  lrDecay: number;
  /** What the sum of squares starts from. */
  readonly initialAccumulatorValue: number;
  /** Added to the root, so that small gradients do not make large steps. */
  eps: number;
}

export type AdagradOptions = OptionsOf<AdagradGroup>;

const family: Family<AdagradGroup, typeof kernels.adagrad> = {
  name: "Adagrad",
  kernel: kernels.adagrad,
  rules: {
    learningRate: atLeastZero(1e-2),
    lrDecay: atLeastZero(0),
    weightDecay: atLeastZero(0),
    initialAccumulatorValue: atLeastZero(0),
    eps: atLeastZero(1e-10),
    maximize: flag(),
  },
  moments: { sum: always },
  initial: ({ initialAccumulatorValue }) => initialAccumulatorValue,
  numbers: ({ learningRate, lrDecay, eps, weightDecay, maximize }) => ({
    ...{ learningRate, rateDecay: lrDecay, eps, weightDecay },
    sign: maximize ? -1 : 1,
  }),
  launch({ bindings, moment, params, options }) {
    launch(kernels.adagrad, { ...bindings, sums: moment("sum") }, params, options);
  },
};

/**
 * Adagrad (Duchi et al. 2011) with PyTorch's defaults and formula:
 *
 * `s ← s + g²`, `θ ← θ − lr / (1 + (t − 1) · lrDecay) · g / (√s + ε)`
 *
 * `weightDecay · θ` is added to g. A parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new Adagrad([x], { learningRate: 0.5, initialAccumulatorValue: 12 });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.75]
 */
export class Adagrad extends Optimizer<AdagradGroup> {
  constructor(parameters: ParametersOrGroups<AdagradGroup>, options: AdagradOptions = {}) {
    super(family, parameters, options);
  }
}
