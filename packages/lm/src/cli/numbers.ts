import { UsageError } from "./usageError.js";

/** Which numbers an option takes. */
interface Range {
  readonly min?: number;
  readonly max?: number;
  /** The number must be larger than this. */
  readonly above?: number;
  /** The number must be smaller than this. */
  readonly below?: number;
}

/** A parser for whole numbers: digits and nothing else. */
export function whole(option: string, range: Range = {}): (text: string) => number {
  const { min = 1, max = 1_000_000 } = range;
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new UsageError(
        `${option} is ${JSON.stringify(text)}; give a whole number from ${min} to ${max}.`,
      );
    }
    return value;
  };
}

/** A parser for finite decimal numbers. */
export function decimal(option: string, range: Range): (text: string) => number {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = range;
  return (text) => {
    const value = Number(text);
    const written = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
    if (
      !written ||
      !Number.isFinite(value) ||
      value < min ||
      value > max ||
      value <= above ||
      value >= below
    ) {
      throw new UsageError(`${option} is ${JSON.stringify(text)}; give a number ${inWords(range)}.`);
    }
    return value;
  };
}

function inWords({ min, max, above, below }: Range): string {
  const bounds = { "≥": min, ">": above, "≤": max, "<": below };
  return Object.entries(bounds)
    .filter(([, bound]) => bound !== undefined)
    .map(([sign, bound]) => `${sign} ${bound}`)
    .join(" and ");
}

/** A parser for one of some words. */
export function oneOf<T extends string>(option: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word === undefined)
      throw new UsageError(`${option} is ${JSON.stringify(text)}; give ${words.join(", ")}.`);
    return word;
  };
}

/** The seeds that all random numbers can start from. */
export const seedRange = { min: 0, max: 2 ** 32 - 1 } as const;
