import { WeftError } from "@weft/tensor";
import { checkWhole } from "../optionChecks.js";
import type { Schedule } from "./schedule.js";
import { checkOptimizer, checkSchedules, type ScheduledGroup, type ScheduledOptimizer } from "./scheduled.js";

/** What a `Scheduler` needs to go on where it was; plain JSON. */
export interface SchedulerState {
  readonly step: number;
  /** The rates that the groups were given by hand, from which the schedule computes. */
  readonly baseLearningRates: readonly number[];
}

/**
 * Sets the learning rates of an optimizer's groups step by step. They are those of step 0 as soon as it is made; call
 * `step()` after each `optimizer.step()`, or after each epoch where the schedule counts epochs.
 *
 * One schedule moves all groups, each from its own rate; an array gives each group its own schedule.
 *
 * @throws TypeError when the arguments are no optimizer and schedule
 * @throws WeftError when an array has not one schedule for each group, or there is no momentum for a schedule that moves it
 * @example
 * const optimizer = { groups: [{ learningRate: 0.1 }, { learningRate: 0.4 }] }; // or an Adam
 * const scheduler = new Scheduler(optimizer, new StepLR({ stepSize: 2, gamma: 0.5 }));
 * for (let step = 0; step < 4; step++) scheduler.step();
 * scheduler.learningRates; // [0.025, 0.1]
 * optimizer.groups[1].learningRate; // 0.1
 */
export class Scheduler {
  readonly #optimizer: ScheduledOptimizer;
  readonly #schedules: Schedule | readonly Schedule[];
  #step = 0;
  #bases: number[];

  constructor(optimizer: ScheduledOptimizer, schedule: Schedule | readonly Schedule[]) {
    checkOptimizer("Scheduler", optimizer, "schedule");
    const { length } = optimizer.groups;
    checkSchedules("Scheduler", isList(schedule) ? schedule : [schedule]);
    if (isList(schedule) && schedule.length !== length) {
      throw new WeftError(
        `Scheduler: there are ${schedule.length} schedules and ${length} groups; use one for each, or one for all.`,
      );
    }
    this.#optimizer = optimizer;
    this.#schedules = schedule;
    this.#bases = optimizer.groups.map(({ learningRate }) => learningRate);
    this.#apply();
  }

  /** The step whose rates the optimizer has now: 0 at first. */
  get lastStep(): number {
    return this.#step;
  }

  /** The rates that the groups have now. */
  get learningRates(): number[] {
    return this.#optimizer.groups.map(({ learningRate }) => learningRate);
  }

  /** Goes on to the next step and sets its rates. A group that has been added since starts from the rate it came with. */
  step(): void {
    this.#step++;
    this.#apply();
  }

  /** What `loadStateDict` needs to go on from here. */
  stateDict(): SchedulerState {
    return { step: this.#step, baseLearningRates: [...this.#bases] };
  }

  /**
   * Goes to the step of a saved state and sets its rates.
   *
   * @throws WeftError when the state has another number of groups
   * @throws RangeError when its step is not a whole number ≥ 0
   */
  loadStateDict({ step, baseLearningRates }: SchedulerState): void {
    checkWhole("Scheduler", "the step of the state", step, 0);
    const { length } = this.#optimizer.groups;
    if (baseLearningRates.length !== length) {
      throw new WeftError(
        `Scheduler: the state is of ${baseLearningRates.length} groups, the optimizer has ${length}; ` +
          "make it with the groups it was saved with.",
      );
    }
    this.#step = step;
    this.#bases = [...baseLearningRates];
    this.#apply();
  }

  #apply(): void {
    for (const [i, group] of this.#optimizer.groups.entries()) {
      this.#bases[i] ??= group.learningRate;
      const schedule = isList(this.#schedules) ? this.#schedules[i] : this.#schedules;
      if (schedule === undefined) continue; // a group added later than an array of schedules keeps its rate
      group.learningRate = schedule.at(this.#step, this.#bases[i]);
      const momentum = schedule.momentumAt?.(this.#step);
      if (momentum !== undefined) setMomentum(group, momentum);
    }
  }
}

const isList = (schedule: Schedule | readonly Schedule[]): schedule is readonly Schedule[] =>
  Array.isArray(schedule);

function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
  else if (group.momentum !== undefined) group.momentum = momentum;
  else {
    throw new WeftError(
      "Scheduler: the schedule moves the momentum, but the optimizer has none; use cycleMomentum: false.",
    );
  }
}
