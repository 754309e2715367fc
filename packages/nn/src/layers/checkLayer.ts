import { checkOptions, Generator, Tensor } from "@weft/tensor";

/** What the constructors of layers refuse: sizes that are no whole numbers ≥ 1, options that are unknown or no generator. */
export function checkLayer(
  layer: string,
  sizes: Readonly<Record<string, number>>,
  options: object,
  known: readonly string[],
): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`${layer}: ${name} is ${String(size)}; use a whole number ≥ 1.`);
    }
  }
  checkOptions(layer, options, known);
  const { generator } = options as { readonly generator?: unknown };
  if (generator !== undefined && !(generator instanceof Generator)) {
    throw new TypeError(`${layer}: generator is ${JSON.stringify(generator)}; use new Generator(seed).`);
  }
}

/** Refuses what is no probability. */
export function checkProbability(layer: string, p: number): void {
  if (typeof p === "number" && p >= 0 && p <= 1) return;
  throw new RangeError(
    `${layer}: p is ${typeof p === "string" ? `"${p}"` : String(p)}; use a probability in [0, 1].`,
  );
}

/** Refuses what is no tensor in the place of a layer's input, such as all that a recurrent layer returns. */
export function checkInput(layer: string, x: unknown): void {
  if (x instanceof Tensor) return;
  const isRun = typeof x === "object" && x !== null && "output" in x;
  const given = isRun ? "{ output, state }" : Array.isArray(x) ? "an array" : String(x);
  const cure = isRun ? "use .output" : "use tensor()";
  throw new TypeError(`${layer}: the input is ${given}, not a tensor; ${cure}.`);
}
