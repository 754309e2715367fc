/** Refuses milestones that are no rising list of steps; returns a copy. */
export function checkMilestones(op: string, milestones: readonly number[]): readonly number[] {
  if (!Array.isArray(milestones)) {
    throw new TypeError(`${op}: milestones is ${String(milestones)}; use an array of steps.`);
  }
  for (const [i, milestone] of milestones.entries()) {
    if (!Number.isInteger(milestone) || milestone < (milestones[i - 1] ?? 0)) {
      throw new RangeError(
        `${op}: the milestones are [${milestones.join(", ")}]; use whole numbers ≥ 0 in rising order.`,
      );
    }
  }
  return [...milestones];
}

/** How many milestones are not behind the step. */
export const countReached = (milestones: readonly number[], step: number): number =>
  milestones.filter((milestone) => milestone <= step).length;
