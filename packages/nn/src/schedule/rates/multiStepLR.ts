import { checkOptions } from "@weft/tensor";
import { checkNumber } from "../../optionChecks.js";
import { checkMilestones, countReached } from "../milestones.js";
import type { Schedule } from "../schedule.js";

export interface MultiStepLROptions {
  /** The steps at which the rate is cut, in rising order; one that stands there twice cuts twice. */
  readonly milestones: readonly number[];
  /** What the rate is multiplied by at a cut; 0.1 unless told otherwise. */
  readonly gamma?: number;
}

/**
 * Multiplies the rate by γ at each milestone: `base · γⁿ`, n the milestones up to the step (PyTorch's MultiStepLR).
 *
 * @throws RangeError when an option is out of range
 * @example
 * const schedule = new MultiStepLR({ milestones: [30, 80] });
 * [29, 30, 80].map((step) => schedule.at(step)); // [1, 0.1, 0.01]
 */
export class MultiStepLR implements Schedule {
  readonly milestones: readonly number[];
  readonly gamma: number;

  constructor(options: MultiStepLROptions) {
    checkOptions("MultiStepLR", options, ["milestones", "gamma"]);
    const { milestones, gamma = 0.1 } = options;
    this.milestones = checkMilestones("MultiStepLR", milestones);
    checkNumber("MultiStepLR", "gamma", gamma, "≥ 0");
    this.gamma = gamma;
  }

  at(step: number, base = 1): number {
    return base * this.gamma ** countReached(this.milestones, step);
  }
}
