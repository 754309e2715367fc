import { checkOptions, Generator, Tensor } from "@weft/tensor";
import { checkSwitch, checkWhole } from "../optionChecks.js";

/** Options that are true or false, of whatever layer has them. */
const SWITCHES: ReadonlySet<string> = new Set([
  ...["bias", "affine", "elementwiseAffine", "batchFirst", "bidirectional"],
  ...["scaleGradByFreq", "freeze", "ceilMode", "countIncludePad"],
]);

/**
 * What the constructors of layers refuse: sizes that are no whole numbers ≥ 1, options that are unknown, no switches or no
 * generator.
 */
export function checkLayer(
  layer: string,
  sizes: Readonly<Record<string, number>>,
  options: object,
  known: readonly string[],
): void {
  for (const [name, size] of Object.entries(sizes)) checkWhole(layer, name, size, 1);
  checkOptions(layer, options, known);
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && SWITCHES.has(name)) checkSwitch(layer, name, value);
  }
  const { generator } = options as { readonly generator?: unknown };
  if (generator !== undefined && !(generator instanceof Generator)) {
    throw new TypeError(`${layer}: generator is ${JSON.stringify(generator)}; use new Generator(seed).`);
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
