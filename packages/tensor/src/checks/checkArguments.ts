// What JavaScript lets pass in the place of an argument: one line that says who was asked, what was given, and the cure.

/** Refuses a number, or nothing, where a list of numbers belongs. */
export function checkList(op: string, name: string, list: readonly number[]): void {
  if (Array.isArray(list)) return;
  const cure = typeof list === "number" ? `[${list}]` : "an array of numbers";
  throw new TypeError(`${op}: ${name} is ${String(list)}; use ${cure}.`);
}

/**
 * Refuses options that are no object, such as a bare axis or a tensor, and names that are not known: JavaScript would read
 * nothing from them, and say nothing.
 *
 * @throws TypeError when there is such an option
 * @example
 * const options = { learningRate: 0.1 };
 * checkOptions("SGD", options, ["learningRate", "momentum"]); // undefined
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  // What has a JSON of its own, such as a tensor, holds no options.
  if (typeof options !== "object" || options === null || Array.isArray(options) || "toJSON" in options) {
    throw new TypeError(`${op}: the options are ${shown(options)}; use an object, { ${known[0]}: … }.`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(`${op}: there is no option ${JSON.stringify(unknown)}; use ${known.join(", ")}.`);
}

const shown = (value: unknown): string =>
  typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));

/**
 * Refuses what cannot be called, such as the result of the call that was meant.
 *
 * @throws TypeError when it is no function
 * @example
 * checkFunction("scope", "the body", () => 1); // undefined
 */
export function checkFunction(op: string, name: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new TypeError(`${op}: ${name} is ${String(value)}; use a function, () => ….`);
}
