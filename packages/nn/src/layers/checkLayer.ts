import { checkOptions, Generator, Tensor } from "@weft/tensor";
import { checkNumber, checkSwitch, checkWhole, shown } from "../optionChecks.js";

/**
 * Of each option of a layer what it is, so that none is unchecked because it was forgotten: the compiler asks for every name,
 * and for "switch" and "generator" where the option is one. What is "other" the layer checks itself.
 */
export type Kinds<Options> = {
  readonly [Name in keyof Options]-?: NonNullable<Options[Name]> extends boolean
    ? "switch"
    : NonNullable<Options[Name]> extends Generator
      ? "generator"
      : "eps" | "other";
};

/**
 * What the constructors of layers refuse: sizes that are no whole numbers ≥ 1, and options that are unknown or not of their
 * kind.
 */
export function checkLayer<Options extends object>(
  layer: string,
  sizes: Readonly<Record<string, number>>,
  options: Options,
  kinds: Kinds<Options>,
): void {
  for (const [name, size] of Object.entries(sizes)) checkWhole(layer, name, size, 1);
  checkOptions(layer, options, Object.keys(kinds));
  for (const [name, value] of Object.entries(options)) {
    const kind = kinds[name as keyof Options];
    if (value === undefined) continue;
    if (kind === "switch") checkSwitch(layer, name, value);
    if (kind === "eps") checkNumber(layer, name, value, "≥ 0");
    if (kind === "generator" && !(value instanceof Generator)) {
      throw new TypeError(`${layer}: ${name} is ${shown(value)}; use new Generator(seed).`);
    }
  }
}

/** Refuses what is no tensor in the place of a layer's input, such as all that a recurrent layer returns. */
export function checkInput(layer: string, x: unknown): void {
  if (x instanceof Tensor) return;
  const isRun = typeof x === "object" && x !== null && "output" in x;
  const given = isRun ? "{ output, state }" : Array.isArray(x) ? "an array" : String(x);
  const cure = isRun ? "use .output" : "use tensor()";
  throw new TypeError(`${layer}: the input is ${given}, not a tensor; ${cure}.`);
}
