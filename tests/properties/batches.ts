import * as fc from "fast-check";

/** Random cases of a test, and how many of them share one read of the GPU. */
const CASES = 1000;
const BATCH = 50;

/**
 * Tries a property on 1,000 random cases, 50 at a time. On failure fast-check makes the cases simpler while it still fails,
 * and tells the seed that repeats the run.
 */
export const checkInBatches = <T>(
  cases: fc.Arbitrary<T>,
  holds: (batch: readonly T[]) => Promise<void>,
): Promise<void> =>
  fc.assert(fc.asyncProperty(fc.array(cases, { minLength: BATCH, maxLength: BATCH }), holds), {
    numRuns: CASES / BATCH,
  });
