// The options of optimizers: what they are when nothing is said, and which values make sense.
import { shown } from "../optionChecks.js";

/** What is known of an option. */
export interface Rule<T> {
  readonly initial: T;
  isValid(value: unknown): value is T;
  /** Completes "use …" in the message. */
  readonly use: string;
}

/** A rule for each option of a group. */
export type Rules<O> = { readonly [K in keyof O]-?: Rule<O[K]> };

const isNumber = (value: unknown): value is number => typeof value === "number";
const inUnit = (value: unknown): value is number => isNumber(value) && value >= 0 && value < 1;

export const atLeastZero = (initial: number): Rule<number> => ({
  initial,
  isValid: (value): value is number => isNumber(value) && value >= 0 && Number.isFinite(value),
  use: "a number ≥ 0",
});

export const finite = (initial: number): Rule<number> => ({
  initial,
  isValid: (value): value is number => isNumber(value) && Number.isFinite(value),
  use: "a finite number",
});

export const flag = (initial = false): Rule<boolean> => ({
  initial,
  isValid: (value): value is boolean => typeof value === "boolean",
  use: "true or false",
});

export type Betas = readonly [beta1: number, beta2: number];

/** Decays of two averages. */
export const decays = (beta1: number, beta2: number): Rule<Betas> => ({
  initial: [beta1, beta2],
  isValid: (value): value is Betas => Array.isArray(value) && value.length === 2 && value.every(inUnit),
  use: "two numbers in [0, 1)",
});

/**
 * @throws RangeError in the name of `where` when an option's value makes no sense
 * @throws TypeError when a switch is neither true nor false
 */
export function checkValues<O extends object>(where: string, rules: Rules<O>, options: O): void {
  for (const name of Object.keys(rules) as (keyof O & string)[]) {
    const value: unknown = options[name];
    const rule = rules[name];
    if (rule.isValid(value)) continue;
    // Of two decays the wrong one is named.
    const wrong = Array.isArray(value) && value.length === 2 ? value.findIndex((each) => !inUnit(each)) : -1;
    const said =
      wrong < 0
        ? `${name} is ${shown(value)}; use ${rule.use}`
        : `${name}[${wrong}] is ${shown((value as unknown[])[wrong])}; use a number in [0, 1)`;
    const Fault = typeof rule.initial === "boolean" ? TypeError : RangeError;
    throw new Fault(`${where}: ${said}.`);
  }
}

/** An option that limits gradients: a number above 0, or undefined for no limit. */
export function checkLimit(where: string, name: string, value: number | undefined): void {
  if (value === undefined || (isNumber(value) && value > 0 && Number.isFinite(value))) return;
  throw new RangeError(
    `${where}: ${name} is ${shown(value)}; use a number > 0, or leave it out for no limit.`,
  );
}
