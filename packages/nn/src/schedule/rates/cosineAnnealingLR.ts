import { checkOptions } from "@weft/tensor";
import { checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";

export interface CosineAnnealingLROptions {
  /** Steps from the highest rate to the lowest. */
  readonly tMax: number;
  /** The lowest rate; 0 unless told otherwise. */
  readonly etaMin?: number;
}

/**
 * Lets the rate fall along half a cosine (Loshchilov and Hutter 2017; PyTorch's CosineAnnealingLR). Behind `tMax` it
 * rises again, as PyTorch's does; `SequentialLR` ends it.
 *
 * `etaMin + (base − etaMin) · (1 + cos(π · step / tMax)) / 2`
 *
 * @throws RangeError when an option is out of range
 * @example
 * const schedule = new CosineAnnealingLR({ tMax: 100, etaMin: 0.1 });
 * [0, 50, 100].map((step) => schedule.at(step, 0.5)); // [0.5, 0.3, 0.1]
 */
export class CosineAnnealingLR implements Schedule {
  readonly tMax: number;
  readonly etaMin: number;

  constructor(options: CosineAnnealingLROptions) {
    checkOptions("CosineAnnealingLR", options, ["tMax", "etaMin"]);
    const { tMax, etaMin = 0 } = options;
    checkWhole("CosineAnnealingLR", "tMax", tMax, 1);
    checkNumber("CosineAnnealingLR", "etaMin", etaMin, "≥ 0");
    this.tMax = tMax;
    this.etaMin = etaMin;
  }

  at(step: number, base = 1): number {
    return cosine(base, this.etaMin, step / this.tMax);
  }
}

/** Half a cosine from one number to another, while `part` goes from 0 to 1. */
export const cosine = (from: number, to: number, part: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
