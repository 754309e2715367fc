/**
 * A learning rate as a function of the step, and of nothing else: any step can be asked for, in any order. The steps are
 * those of whoever calls `Scheduler.step()`, updates or epochs, counted from 0.
 */
export interface Schedule {
  /** The rate at a step for a group whose own rate is `base`; the factor on it where base is 1, as it is unless given. */
  at(step: number, base?: number): number;
  /** The momentum (β₁ of an Adam) at a step, for schedules that change it too. */
  momentumAt?(step: number): number | undefined;
}
