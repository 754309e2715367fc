import { shown } from "../optionChecks.js";
import type { Schedule } from "./schedule.js";

/** A group of parameters that an optimizer changes at one rate, as far as schedules see it. */
export interface ScheduledGroup {
  learningRate: number;
  /** SGD's and RMSprop's. */
  momentum?: number;
  /** Those of the Adam family; a schedule of momentum changes the first. */
  betas?: readonly [beta1: number, beta2: number];
}

/** What a schedule needs of an optimizer. */
export interface ScheduledOptimizer {
  readonly groups: readonly ScheduledGroup[];
}

/** Refuses what is no array of schedules. */
export function checkSchedules(op: string, schedules: readonly Schedule[]): void {
  if (!Array.isArray(schedules))
    throw new TypeError(`${op}: the schedules are ${shown(schedules)}; use an array, [warmUp, decay].`);
  for (const schedule of schedules) checkSchedule(op, schedule);
}

/** Refuses what is no schedule, such as the function that a LambdaLR is made of. */
export function checkSchedule(op: string, schedule: Schedule): void {
  if (typeof schedule?.at === "function") return;
  throw new TypeError(
    `${op}: the schedule is ${shown(schedule)}; use a StepLR, a LambdaLR or another schedule.`,
  );
}

/** Refuses what is no optimizer; `next` names the argument after it. */
export function checkOptimizer(op: string, optimizer: ScheduledOptimizer, next: string): void {
  if (Array.isArray(optimizer?.groups)) return;
  throw new TypeError(`${op}: the first argument is no optimizer; use new ${op}(optimizer, ${next}).`);
}
