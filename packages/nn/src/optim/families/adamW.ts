import type { Family } from "../family.js";
import type { ParametersOrGroups } from "../groups.js";
import { Optimizer } from "../optimizer.js";
import { atLeastZero, flag } from "../options.js";
import { type AdamGroup, type AdamOptions, adamFamily } from "./adam.js";

const adamWFamily: Family<AdamGroup> = {
  ...adamFamily,
  name: "AdamW",
  rules: { ...adamFamily.rules, weightDecay: atLeastZero(1e-2), decoupledWeightDecay: flag(true) },
};

/**
 * AdamW (Loshchilov and Hutter 2019): Adam whose weight decay, 0.01 unless said otherwise, shrinks the weights themselves,
 * so that weights with large gradients decay as much as others.
 *
 * `θ ← (1 − lr · weightDecay) · θ − lr · m̂ / (√v̂ + ε)`, with m̂ and v̂ as in Adam
 *
 * @throws RangeError when an option is out of range
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new AdamW([x], { learningRate: 0.1, weightDecay: 0.5 });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.85]
 */
export class AdamW extends Optimizer<AdamGroup> {
  constructor(parameters: ParametersOrGroups<AdamGroup>, options: AdamOptions = {}) {
    super(adamWFamily, parameters, options);
  }
}
