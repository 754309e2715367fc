import type { Case, Work } from "./case.js";
import type { Measurement } from "./measure.js";

/** Work per second at the median time. */
export interface Rates {
  readonly gigaflopsPerSecond?: number;
  readonly gigabytesPerSecond?: number;
  readonly tokensPerSecond?: number;
}

/** What is known of a case in the end: times and rates, or why it did not run. */
export interface CaseResult extends Pick<Case, "name" | "size"> {
  readonly skipped?: string;
  readonly time?: Measurement;
  readonly rates?: Rates;
}

export function ratesOf({ flops, bytes, tokens }: Work, { medianMs }: Measurement): Rates {
  const seconds = medianMs / 1000;
  return {
    ...(flops !== undefined && { gigaflopsPerSecond: flops / seconds / 1e9 }),
    ...(bytes !== undefined && { gigabytesPerSecond: bytes / seconds / 1e9 }),
    ...(tokens !== undefined && { tokensPerSecond: tokens / seconds }),
  };
}
