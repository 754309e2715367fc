import { kernels } from "@weft/kernels";
import { launch } from "@weft/tensor";
import type { Family } from "../family.js";
import type { GroupOptions, OptionsOf, ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, finite, flag } from "../options.js";

/** What a group of SGD's parameters can be told. */
export interface SGDGroup extends GroupOptions {
  /** How much of the last step is repeated. */
  momentum: number;
  /** Keeps this share of each gradient but the first from the momentum. */
  dampening: number;
  /** Takes the gradient's step ahead of the momentum (Nesterov 1983); needs momentum and no dampening. */
  nesterov: boolean;
}

export type SGDOptions = OptionsOf<SGDGroup>;

const family: Family<SGDGroup, typeof kernels.sgd> = {
  name: "SGD",
  kernel: kernels.sgd,
  rules: {
    learningRate: atLeastZero(1e-3),
    momentum: atLeastZero(0),
    dampening: finite(0),
    weightDecay: atLeastZero(0),
    nesterov: flag(),
    maximize: flag(),
  },
  moments: { momentum_buffer: ({ momentum }) => momentum > 0 },
  check(where, { nesterov, momentum, dampening }) {
    if (!nesterov || (momentum > 0 && dampening === 0)) return;
    throw new RangeError(
      `${where}: nesterov with momentum ${momentum} and dampening ${dampening}; it needs momentum > 0 and dampening 0.`,
    );
  },
  numbers: ({ learningRate, momentum, dampening, weightDecay, maximize, nesterov }) => ({
    ...{ learningRate, momentum, keptGradient: 1 - dampening, weightDecay },
    ...{ sign: maximize ? -1 : 1, nesterov: Number(nesterov) },
  }),
  launch({ bindings, moment, params, options }) {
    launch(kernels.sgd, { ...bindings, buffer: moment("momentum_buffer") }, params, options);
  },
};

/**
 * Stochastic gradient descent, with momentum (Polyak 1964; Sutskever et al. 2013) if asked for, as in PyTorch:
 *
 * `b ← momentum · b + (1 − dampening) · g`, `θ ← θ − lr · b`, with `b = g` at the first step
 *
 * With `nesterov` the step is along `g + momentum · b`; without momentum it is along g. `weightDecay · θ` is added to g.
 *
 * A parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new SGD([x], { learningRate: 0.25, momentum: 0.5 });
 * for (const _ of [1, 2]) {
 *   x.sum().backward();
 *   optimizer.step();
 *   optimizer.zeroGrad();
 * }
 * await x.toArray(); // [0.375]
 */
export class SGD extends Optimizer<SGDGroup> {
  constructor(parameters: ParametersOrGroups<SGDGroup>, options: SGDOptions = {}) {
    super(family, parameters, options);
  }
}
