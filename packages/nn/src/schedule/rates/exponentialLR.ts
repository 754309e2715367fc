import { checkOptions } from "@weft/tensor";
import { checkNumber } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";

/**
 * Multiplies the rate by γ at every step: `base · γ^step` (PyTorch's ExponentialLR).
 *
 * @throws RangeError when gamma is not a number ≥ 0
 * @example
 * new ExponentialLR({ gamma: 0.5 }).at(3, 0.8); // 0.1
 */
export class ExponentialLR implements Schedule {
  readonly gamma: number;

  constructor(options: { readonly gamma: number }) {
    checkOptions("ExponentialLR", options, ["gamma"]);
    checkNumber("ExponentialLR", "gamma", options.gamma, "≥ 0");
    this.gamma = options.gamma;
  }

  at(step: number, base = 1): number {
    return base * this.gamma ** step;
  }
}
