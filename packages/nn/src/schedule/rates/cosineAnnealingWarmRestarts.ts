import { checkOptions } from "@weft/tensor";
import { checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";
import { cosine } from "./cosineAnnealingLR.js";

export interface CosineAnnealingWarmRestartsOptions {
  /** Steps of the first period. */
  readonly t0: number;
  /** How many times as long each period is as the one before; 1 unless told otherwise. */
  readonly tMult?: number;
  /** The lowest rate; 0 unless told otherwise. */
  readonly etaMin?: number;
}

/**
 * Half a cosine after the other: each period begins at the full rate (SGDR, Loshchilov and Hutter 2017; PyTorch's
 * CosineAnnealingWarmRestarts). The step may have a fraction: epoch + part of the epoch.
 *
 * `etaMin + (base − etaMin) · (1 + cos(π · t / T)) / 2`, t the steps since the restart, T the length of the period
 *
 * @throws RangeError when an option is out of range
 * @example
 * const schedule = new CosineAnnealingWarmRestarts({ t0: 10, tMult: 2 });
 * [0, 5, 10, 20, 30].map((step) => schedule.at(step)); // [1, 0.5, 1, 0.5, 1]
 */
export class CosineAnnealingWarmRestarts implements Schedule {
  readonly t0: number;
  readonly tMult: number;
  readonly etaMin: number;

  constructor(options: CosineAnnealingWarmRestartsOptions) {
    const op = "CosineAnnealingWarmRestarts";
    checkOptions(op, options, ["t0", "tMult", "etaMin"]);
    const { t0, tMult = 1, etaMin = 0 } = options;
    checkWhole(op, "t0", t0, 1);
    checkWhole(op, "tMult", tMult, 1);
    checkNumber(op, "etaMin", etaMin, "≥ 0");
    this.t0 = t0;
    this.tMult = tMult;
    this.etaMin = etaMin;
  }

  at(step: number, base = 1): number {
    let [since, period] = [step, this.t0];
    if (this.tMult === 1) since %= period;
    while (since >= period) {
      since -= period;
      period *= this.tMult;
    }
    return cosine(base, this.etaMin, since / period);
  }
}
