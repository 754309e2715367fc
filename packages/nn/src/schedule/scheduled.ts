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

/** Refuses what is no optimizer; `next` names the argument after it. */
export function checkOptimizer(op: string, optimizer: ScheduledOptimizer, next: string): void {
  if (Array.isArray(optimizer?.groups)) return;
  throw new TypeError(`${op}: the first argument is no optimizer; use new ${op}(optimizer, ${next}).`);
}
