import { checkOptions } from "@weft/tensor";
import { checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";

export interface ConstantLROptions {
  /** 1/3 unless told otherwise. */
  readonly factor?: number;
  /** The step from which the rate is its own; 5 unless told otherwise. */
  readonly totalIters?: number;
}

/**
 * Multiplies the rate by a factor in the first `totalIters` steps: `base · factor`, then `base` (PyTorch's ConstantLR).
 *
 * @throws RangeError when an option is out of range
 * @example
 * const schedule = new ConstantLR({ factor: 0.5, totalIters: 4 });
 * [0, 3, 4].map((step) => schedule.at(step)); // [0.5, 0.5, 1]
 */
export class ConstantLR implements Schedule {
  readonly factor: number;
  readonly totalIters: number;

  constructor(options: ConstantLROptions = {}) {
    checkOptions("ConstantLR", options, ["factor", "totalIters"]);
    const { factor = 1 / 3, totalIters = 5 } = options;
    checkNumber("ConstantLR", "factor", factor, "≥ 0");
    checkWhole("ConstantLR", "totalIters", totalIters, 0);
    this.factor = factor;
    this.totalIters = totalIters;
  }

  at(step: number, base = 1): number {
    return step < this.totalIters ? base * this.factor : base;
  }
}
