import { checkOptions } from "@weft/tensor";
import { checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";

export interface PolynomialLROptions {
  /** The step at which the rate is 0; 5 unless told otherwise. */
  readonly totalIters?: number;
  /** 1, a straight line, unless told otherwise. */
  readonly power?: number;
}

/**
 * Lets the rate fall to 0 as a power of the steps that are left (PyTorch's PolynomialLR).
 *
 * `base · (1 − min(step / totalIters, 1))^power`
 *
 * @throws RangeError when an option is out of range
 * @example
 * new PolynomialLR({ totalIters: 4, power: 2 }).at(2); // 0.25
 */
export class PolynomialLR implements Schedule {
  readonly totalIters: number;
  readonly power: number;

  constructor(options: PolynomialLROptions = {}) {
    checkOptions("PolynomialLR", options, ["totalIters", "power"]);
    const { totalIters = 5, power = 1 } = options;
    checkWhole("PolynomialLR", "totalIters", totalIters, 1);
    checkNumber("PolynomialLR", "power", power, "> 0");
    this.totalIters = totalIters;
    this.power = power;
  }

  at(step: number, base = 1): number {
    return base * (1 - Math.min(step, this.totalIters) / this.totalIters) ** this.power;
  }
}
