import { WeftError } from "@weft/tensor";
import type { Schedule } from "./schedule.js";
import { checkSchedules } from "./scheduled.js";

/**
 * Several schedules at once: each takes the rate that those before it give for its base, so factors multiply (PyTorch's
 * ChainedScheduler).
 *
 * @throws WeftError when there is no schedule
 * @example
 * const warmup = new LinearLR({ startFactor: 0.5, totalIters: 10 });
 * const schedule = new ChainedLR([warmup, new StepLR({ stepSize: 20 })]);
 * [0, 10, 20].map((step) => schedule.at(step, 0.2)); // [0.1, 0.2, 0.02]
 */
export class ChainedLR implements Schedule {
  readonly schedules: readonly Schedule[];

  constructor(schedules: readonly Schedule[]) {
    checkSchedules("ChainedLR", schedules);
    if (schedules.length === 0) throw new WeftError("ChainedLR: there are no schedules; pass at least one.");
    this.schedules = [...schedules];
  }

  at(step: number, base = 1): number {
    return this.schedules.reduce((rate, schedule) => schedule.at(step, rate), base);
  }

  /** The momentum of the last schedule that has one. */
  momentumAt(step: number): number | undefined {
    return this.schedules.map((schedule) => schedule.momentumAt?.(step)).findLast((m) => m !== undefined);
  }
}
