import { WeftError } from "@weft/tensor";
import { checkMilestones, countReached } from "./milestones.js";
import type { Schedule } from "./schedule.js";
import { checkSchedules } from "./scheduled.js";

/**
 * One schedule after the other, each of them counting from 0 at its milestone (PyTorch's SequentialLR).
 *
 * @throws WeftError when there is not one milestone between each schedule and the next
 * @throws RangeError when the milestones do not rise
 * @example
 * const warmup = new LinearLR({ startFactor: 0, totalIters: 10 });
 * const schedule = new SequentialLR([warmup, new CosineAnnealingLR({ tMax: 90 })], [10]);
 * [0, 5, 10, 55, 100].map((step) => schedule.at(step)); // [0, 0.5, 1, 0.5, 0]
 */
export class SequentialLR implements Schedule {
  readonly schedules: readonly Schedule[];
  readonly milestones: readonly number[];

  constructor(schedules: readonly Schedule[], milestones: readonly number[]) {
    checkSchedules("SequentialLR", schedules);
    this.schedules = [...schedules];
    this.milestones = checkMilestones("SequentialLR", milestones);
    if (milestones.length !== schedules.length - 1) {
      throw new WeftError(
        `SequentialLR: there are ${schedules.length} schedules and ${milestones.length} milestones; ` +
          "use one milestone less than schedules: the step at which each but the first begins.",
      );
    }
  }

  at(step: number, base = 1): number {
    const [schedule, own] = this.#running(step);
    return schedule.at(own, base);
  }

  momentumAt(step: number): number | undefined {
    const [schedule, own] = this.#running(step);
    return schedule.momentumAt?.(own);
  }

  /** The schedule whose turn it is, and its own step. */
  #running(step: number): [schedule: Schedule, own: number] {
    const turn = countReached(this.milestones, step);
    return [this.schedules[turn] as Schedule, step - (this.milestones[turn - 1] ?? 0)];
  }
}
