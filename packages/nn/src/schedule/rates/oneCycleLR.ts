import { checkOptions } from "@weft/tensor";
import { checkChoice, checkNumber, checkWhole } from "../../optionChecks.js";
import type { Schedule } from "../schedule.js";
import { cosine } from "./cosineAnnealingLR.js";

export interface OneCycleLROptions {
  /** The highest rate. */
  readonly maxLearningRate: number;
  /** Steps of the whole cycle. */
  readonly totalSteps: number;
  /** The part of the steps in which the rate rises; 0.3 unless told otherwise. */
  readonly pctStart?: number;
  /** `"cos"` unless told otherwise. */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether the momentum (β₁ of an Adam) falls where the rate rises; true unless told otherwise. */
  readonly cycleMomentum?: boolean;
  /** The momentum at the highest rate; 0.85 unless told otherwise. */
  readonly baseMomentum?: number;
  /** The momentum at both ends; 0.95 unless told otherwise. */
  readonly maxMomentum?: number;
  /** The first rate is maxLearningRate / divFactor; 25 unless told otherwise. */
  readonly divFactor?: number;
  /** The last rate is the first / finalDivFactor; 10⁴ unless told otherwise. */
  readonly finalDivFactor?: number;
  /** Whether the rate falls to the first one as long as it rose, and then to the last one; false unless told otherwise. */
  readonly threePhase?: boolean;
}

/** The part of a cycle up to step `end`. */
interface Phase {
  readonly end: number;
  readonly rate: number;
  readonly momentum: number;
}

/**
 * One rise to a high rate and one fall far below the first rate, the momentum the other way round (Smith and Topin
 * 2018; PyTorch's OneCycleLR). The rates are those of the options: what the optimizer was made with does not count. At
 * step `totalSteps` the rate stays the last one.
 *
 * @throws RangeError when an option is out of range, or a step lies behind `totalSteps`
 * @example
 * const schedule = new OneCycleLR({ maxLearningRate: 0.5, totalSteps: 101, pctStart: 21 / 101 });
 * [0, 20, 100].map((step) => schedule.at(step)); // [0.02, 0.5, 0.000002]
 * schedule.momentumAt(20); // 0.85
 */
export class OneCycleLR implements Schedule {
  readonly totalSteps: number;
  readonly #start: Omit<Phase, "end">;
  readonly #phases: readonly Phase[];
  readonly #anneal: (from: number, to: number, part: number) => number;
  readonly #cycleMomentum: boolean;

  constructor(options: OneCycleLROptions) {
    checkOptions("OneCycleLR", options, OPTIONS);
    const { maxLearningRate: max, totalSteps, pctStart = 0.3, annealStrategy = "cos" } = options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
    const { divFactor = 25, finalDivFactor = 1e4, threePhase = false } = options;
    checkNumber("OneCycleLR", "maxLearningRate", max, "≥ 0");
    checkWhole("OneCycleLR", "totalSteps", totalSteps, 1);
    checkNumber("OneCycleLR", "pctStart", pctStart, "in [0, 1]");
    checkChoice("OneCycleLR", "annealStrategy", annealStrategy, ["cos", "linear"]);
    checkNumber("OneCycleLR", "baseMomentum", baseMomentum, "in [0, 1)");
    checkNumber("OneCycleLR", "maxMomentum", maxMomentum, "in [0, 1)");
    checkNumber("OneCycleLR", "divFactor", divFactor, "> 0");
    checkNumber("OneCycleLR", "finalDivFactor", finalDivFactor, "> 0");
    const first = max / divFactor;
    const rise = pctStart * totalSteps;
    this.totalSteps = totalSteps;
    this.#start = { rate: first, momentum: maxMomentum };
    this.#phases = [
      { end: rise - 1, rate: max, momentum: baseMomentum },
      ...(threePhase ? [{ end: 2 * rise - 2, rate: first, momentum: maxMomentum }] : []),
      { end: totalSteps - 1, rate: first / finalDivFactor, momentum: maxMomentum },
    ];
    this.#anneal = annealStrategy === "cos" ? cosine : (from, to, part) => from + (to - from) * part;
    this.#cycleMomentum = cycleMomentum;
  }

  at(step: number): number {
    return this.#at(step, "rate");
  }

  momentumAt(step: number): number | undefined {
    return this.#cycleMomentum ? this.#at(step, "momentum") : undefined;
  }

  #at(step: number, what: "rate" | "momentum"): number {
    const { totalSteps } = this;
    if (!(step <= totalSteps)) {
      throw new RangeError(`OneCycleLR: there is no step ${step} of ${totalSteps}; use a larger totalSteps.`);
    }
    let [start, from] = [0, this.#start[what]];
    for (const phase of this.#phases) {
      const length = phase.end - start;
      if (step <= phase.end)
        return this.#anneal(from, phase[what], length === 0 ? 1 : (step - start) / length);
      start = phase.end;
      from = phase[what];
    }
    return from; // behind the last phase
  }
}

const OPTIONS: readonly (keyof OneCycleLROptions)[] = [
  "maxLearningRate",
  "totalSteps",
  "pctStart",
  "annealStrategy",
  "cycleMomentum",
  "baseMomentum",
  "maxMomentum",
  "divFactor",
  "finalDivFactor",
  "threePhase",
];
