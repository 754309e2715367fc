import { checkOptions } from "@weft/tensor";
import { checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";

export interface StepLROptions {
  /** Steps from one cut to the next. */
  readonly stepSize: number;
  /** What the rate is multiplied by at a cut; 0.1 unless told otherwise. */
  readonly gamma?: number;
}

/**
 * Multiplies the rate by γ every `stepSize` steps: `base · γ^⌊step / stepSize⌋` (PyTorch's StepLR).
 *
 * @throws RangeError when an option is out of range
 * @example
 * const schedule = new StepLR({ stepSize: 30 });
 * schedule.at(29, 0.5); // 0.5
 * schedule.at(30, 0.5); // 0.05
 */
export class StepLR implements Schedule {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(options: StepLROptions) {
    checkOptions("StepLR", options, ["stepSize", "gamma"]);
    const { stepSize, gamma = 0.1 } = options;
    checkWhole("StepLR", "stepSize", stepSize, 1);
    checkNumber("StepLR", "gamma", gamma, "≥ 0");
    this.stepSize = stepSize;
    this.gamma = gamma;
  }

  at(step: number, base = 1): number {
    return base * this.gamma ** Math.floor(step / this.stepSize);
  }
}
