import type { Schedule } from "../schedule.js";

/**
 * Multiplies the rate by a function of the step: `base · factor(step)` (PyTorch's LambdaLR).
 *
 * @throws TypeError when the factor is no function
 * @example
 * const noam = new LambdaLR((step) => Math.min((step + 1) ** -0.5, (step + 1) * 100 ** -1.5));
 * noam.at(99, 0.5); // 0.05
 */
export class LambdaLR implements Schedule {
  readonly factor: (step: number) => number;

  constructor(factor: (step: number) => number) {
    if (typeof factor !== "function") {
      throw new TypeError(`LambdaLR: the factor is ${String(factor)}; use a function of the step.`);
    }
    this.factor = factor;
  }

  at(step: number, base = 1): number {
    return base * this.factor(step);
  }
}
