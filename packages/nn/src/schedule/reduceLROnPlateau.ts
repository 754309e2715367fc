import { checkOptions, WeftError } from "@weft/tensor";
import { checkChoice, checkNumber, checkWhole } from "../optionChecks.js";
import { checkOptimizer, type ScheduledOptimizer } from "./scheduled.js";

export interface ReduceLROnPlateauOptions {
  /** Whether the metric shall fall, as a loss, or rise, as an accuracy; `"min"` unless told otherwise. */
  readonly mode?: "min" | "max";
  /** What the rates are multiplied by; 0.1 unless told otherwise. */
  readonly factor?: number;
  /** How many steps without improvement are borne; the next one reduces the rates. 10 unless told otherwise. */
  readonly patience?: number;
  /** How much better than the best a metric must be to count; 10⁻⁴ unless told otherwise. */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best metric or a difference from it; `"rel"` unless told otherwise. */
  readonly thresholdMode?: "rel" | "abs";
  /** Steps after a reduction that do not count; 0 unless told otherwise. */
  readonly cooldown?: number;
  /** The lowest rate, of all groups or of each; 0 unless told otherwise. */
  readonly minLearningRate?: number | readonly number[];
  /** A reduction by less than this is left undone; 10⁻⁸ unless told otherwise. */
  readonly eps?: number;
}

/** What a `ReduceLROnPlateau` needs to go on where it was; plain JSON. */
export interface PlateauState {
  /** The best metric so far, null before the first step. */
  readonly best: number | null;
  readonly badSteps: number;
  readonly cooldownLeft: number;
  readonly learningRates: readonly number[];
}

/**
 * Multiplies the learning rates by a factor when a metric has stopped to improve (PyTorch's ReduceLROnPlateau). Unlike
 * the schedules it depends on what happened, so it drives the optimizer by itself.
 *
 * @throws RangeError when an option is out of range
 * @example
 * const optimizer = { groups: [{ learningRate: 0.1 }] }; // or an Adam
 * const plateau = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [3, 2, 2, 2]) plateau.step(loss);
 * optimizer.groups[0].learningRate; // 0.05
 */
export class ReduceLROnPlateau {
  readonly #optimizer: ScheduledOptimizer;
  readonly #options: Required<ReduceLROnPlateauOptions>;
  readonly #lowest: readonly number[];
  #best: number | null = null;
  #badSteps = 0;
  #cooldownLeft = 0;

  constructor(optimizer: ScheduledOptimizer, options: ReduceLROnPlateauOptions = {}) {
    const op = "ReduceLROnPlateau";
    checkOptimizer(op, optimizer, "options");
    checkOptions(op, options, Object.keys(DEFAULTS));
    const all = { ...DEFAULTS, ...options };
    checkChoice(op, "mode", all.mode, ["min", "max"]);
    checkNumber(op, "factor", all.factor, "in [0, 1)");
    checkWhole(op, "patience", all.patience, 0);
    checkNumber(op, "threshold", all.threshold, "≥ 0");
    checkChoice(op, "thresholdMode", all.thresholdMode, ["rel", "abs"]);
    checkWhole(op, "cooldown", all.cooldown, 0);
    checkNumber(op, "eps", all.eps, "≥ 0");
    const { groups } = optimizer;
    const { minLearningRate } = all;
    this.#lowest = typeof minLearningRate === "number" ? groups.map(() => minLearningRate) : minLearningRate;
    if (this.#lowest.length !== groups.length) {
      throw new WeftError(
        `${op}: minLearningRate holds ${this.#lowest.length} rates for ${groups.length} groups; use one for each, or one number.`,
      );
    }
    for (const rate of this.#lowest) checkNumber(op, "minLearningRate", rate, "≥ 0");
    this.#optimizer = optimizer;
    this.#options = all;
  }

  /** The rates that the groups have now. */
  get learningRates(): number[] {
    return this.#optimizer.groups.map(({ learningRate }) => learningRate);
  }

  /**
   * Takes note of a metric, such as the loss of an epoch on held-out text. NaN is no improvement.
   *
   * @throws TypeError when the metric is no number
   */
  step(metric: number): void {
    if (typeof metric !== "number") {
      throw new TypeError(
        `ReduceLROnPlateau: the metric is no number but ${typeof metric}; use await loss.item().`,
      );
    }
    const { patience, cooldown } = this.#options;
    const isBetter = this.#isBetter(metric);
    if (isBetter) this.#best = metric;
    this.#badSteps = isBetter ? 0 : this.#badSteps + 1;
    if (this.#cooldownLeft > 0) {
      this.#cooldownLeft--;
      this.#badSteps = 0;
    }
    if (this.#badSteps <= patience) return;
    this.#reduce();
    this.#cooldownLeft = cooldown;
    this.#badSteps = 0;
  }

  /** What `loadStateDict` needs to go on from here. */
  stateDict(): PlateauState {
    return {
      best: this.#best,
      badSteps: this.#badSteps,
      cooldownLeft: this.#cooldownLeft,
      learningRates: this.learningRates,
    };
  }

  /**
   * Goes back to a saved state, its rates included.
   *
   * @throws WeftError when the state has another number of groups
   */
  loadStateDict({ best, badSteps, cooldownLeft, learningRates }: PlateauState): void {
    const { groups } = this.#optimizer;
    if (learningRates.length !== groups.length) {
      throw new WeftError(
        `ReduceLROnPlateau: the state is of ${learningRates.length} groups, the optimizer has ${groups.length}; ` +
          "make it with the groups it was saved with.",
      );
    }
    this.#best = best;
    this.#badSteps = badSteps;
    this.#cooldownLeft = cooldownLeft;
    for (const [i, group] of groups.entries()) group.learningRate = learningRates[i] as number;
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    const best = this.#best;
    const sign = mode === "min" ? -1 : 1;
    if (best === null) return sign * metric > Number.NEGATIVE_INFINITY;
    const bound = thresholdMode === "rel" ? best * (1 + sign * threshold) : best + sign * threshold;
    return sign * metric > sign * bound;
  }

  #reduce(): void {
    const { factor, eps } = this.#options;
    for (const [i, group] of this.#optimizer.groups.entries()) {
      const reduced = Math.max(group.learningRate * factor, this.#lowest[i] ?? 0);
      if (group.learningRate - reduced > eps) group.learningRate = reduced;
    }
  }
}

const DEFAULTS: Required<ReduceLROnPlateauOptions> = {
  mode: "min",
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: "rel",
  cooldown: 0,
  minLearningRate: 0,
  eps: 1e-8,
};
