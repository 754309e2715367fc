import { checkOptions } from "@weft/tensor";
import { checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";

export interface LinearLROptions {
  /** The factor at step 0; 1/3 unless told otherwise. */
  readonly startFactor?: number;
  /** The factor from step `totalIters` on; 1 unless told otherwise. */
  readonly endFactor?: number;
  /** Steps from one factor to the other; 5 unless told otherwise. */
  readonly totalIters?: number;
}

/**
 * Moves the rate in a straight line from one factor to another and keeps it there: linear warm-up, or a linear decay
 * (PyTorch's LinearLR).
 *
 * `base · (startFactor + (endFactor − startFactor) · min(step / totalIters, 1))`
 *
 * @throws RangeError when an option is out of range
 * @example
 * const warmup = new LinearLR({ startFactor: 0, totalIters: 100 });
 * [0, 25, 100, 500].map((step) => warmup.at(step, 0.2)); // [0, 0.05, 0.2, 0.2]
 */
export class LinearLR implements Schedule {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(options: LinearLROptions = {}) {
    checkOptions("LinearLR", options, ["startFactor", "endFactor", "totalIters"]);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    checkNumber("LinearLR", "startFactor", startFactor, "≥ 0");
    checkNumber("LinearLR", "endFactor", endFactor, "≥ 0");
    checkWhole("LinearLR", "totalIters", totalIters, 1);
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
  }

  at(step: number, base = 1): number {
    const { startFactor, endFactor, totalIters } = this;
    return base * (startFactor + ((endFactor - startFactor) * Math.min(step, totalIters)) / totalIters);
  }
}
