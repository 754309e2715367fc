// What an option's value may be. The error names who was asked, the value and the cure.
import { described } from "./naming/describe.js";

/** A value for a message: strings in quotes, so that "4" is told from 4, and lists and plain objects in full. */
export function shown(value: unknown): string {
  const isPlain = typeof value === "object" && value?.constructor === Object;
  return isPlain || Array.isArray(value) ? JSON.stringify(value) : described(value);
}

/**
 * Refuses what is no whole number of at least `least`.
 *
 * @throws RangeError with the value and the cure
 * @example
 * checkWhole("train", "steps", 200, 1); // undefined
 */
export function checkWhole(op: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${op}: ${name} is ${shown(value)}; use a whole number ≥ ${least}.`);
}

const RANGES = {
  finite: (value: number) => Number.isFinite(value),
  "≥ 0": (value: number) => value >= 0 && Number.isFinite(value),
  "> 0": (value: number) => value > 0 && Number.isFinite(value),
  "> 0, also Infinity": (value: number) => value > 0,
  "in [0, 1]": (value: number) => value >= 0 && value <= 1,
  "in [0, 1)": (value: number) => value >= 0 && value < 1,
} satisfies Record<string, (value: number) => boolean>;

/**
 * Refuses what is no number, or lies outside the range.
 *
 * @throws RangeError with the value and the cure
 * @example
 * checkNumber("train", "clip", 0.5, "> 0"); // undefined
 */
export function checkNumber(op: string, name: string, value: number, range: keyof typeof RANGES): void {
  if (typeof value === "number" && RANGES[range](value)) return;
  const cure = range === "finite" ? "a finite number" : `a number ${range}`;
  throw new RangeError(`${op}: ${name} is ${shown(value)}; use ${cure}.`);
}

/** Refuses what is no probability. */
export function checkProbability(op: string, name: string, value: number): void {
  if (typeof value === "number" && RANGES["in [0, 1]"](value)) return;
  throw new RangeError(`${op}: ${name} is ${shown(value)}; use a probability in [0, 1].`);
}

/** Refuses what is neither true nor false: "no" would count as true. */
export function checkSwitch(op: string, name: string, value: boolean): void {
  if (typeof value === "boolean") return;
  throw new TypeError(`${op}: ${name} is ${shown(value)}; use true or false.`);
}

/**
 * Refuses what is none of the choices.
 *
 * @throws RangeError with the value and the choices
 * @example
 * checkChoice("LanguageModel", "cell", "gru", ["rnn", "lstm", "gru"]); // undefined
 */
export function checkChoice<Choice extends string>(
  op: string,
  name: string,
  value: Choice,
  choices: readonly Choice[],
): void {
  if (choices.includes(value)) return;
  const names = choices.map((choice) => `"${choice}"`);
  const last = names.pop();
  throw new RangeError(`${op}: ${name} is ${shown(value)}; use ${names.join(", ")} or ${last}.`);
}
