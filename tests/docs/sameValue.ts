/**
 * Fails unless a value is what a comment promises: numbers within 1e-4 relative and 1e-6 absolute, the rest exactly.
 * A typed array may be promised as such or as an array.
 */
export function expectSameValue(line: string, promised: unknown, value: unknown): void {
  const typed = ArrayBuffer.isView(promised);
  if (
    (typed && promised.constructor !== (value as object | undefined)?.constructor) ||
    !same(plain(promised), plain(value))
  ) {
    throw new Error(`${line} is ${show(plain(value))}, its comment says ${show(promised)}`);
  }
}

function same(promised: unknown, value: unknown): boolean {
  if (typeof promised === "number" && typeof value === "number") {
    if (Object.is(promised, value) || promised === value) return true;
    return Math.abs(promised - value) <= 1e-6 + 1e-4 * Math.abs(promised);
  }
  if (typeof promised !== "object" || promised === null) return Object.is(promised, value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(promised) !== Array.isArray(value)) return false;
  const [here, there] = [value as Record<string, unknown>, promised as Record<string, unknown>];
  const keys = Object.keys(there);
  return keys.length === Object.keys(here).length && keys.every((key) => same(there[key], plain(here[key])));
}

const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float32Array) : value;

const show = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value) && value.constructor !== Object
    ? `an object of class ${value.constructor.name}`
    : (JSON.stringify(value) ?? String(value));
