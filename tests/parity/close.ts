import type { Tensor } from "@weft/tensor";
import type { Named, Nested } from "./fixture.js";

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** float32 sums in another order: a few hundred roundings of 2⁻²⁴ each. */
const FLOAT32: Tolerance = { relative: 1e-4, absolute: 2e-5 };

/** Fails, naming the first place, unless |actual − expected| ≤ absolute + relative·|expected| everywhere. */
export function expectClose(
  name: string,
  actual: Nested | Named,
  expected: Nested | Named,
  tolerance: Tolerance = FLOAT32,
): void {
  if (typeof expected === "number") {
    const allowed = tolerance.absolute + tolerance.relative * Math.abs(expected);
    const near = typeof actual === "number" && Math.abs(actual - expected) <= allowed;
    if (!near)
      throw new Error(
        `${name} is ${JSON.stringify(actual)}, expected ${expected} ± ${allowed.toPrecision(2)}`,
      );
    return;
  }
  const [here, there] = [keysOf(actual), keysOf(expected)];
  if (here !== there) throw new Error(`${name} holds ${here}, expected ${there}`);
  for (const [key, value] of Object.entries(expected)) {
    expectClose(`${name}[${key}]`, (actual as Named)[key] as Nested, value, tolerance);
  }
}

export async function expectTensorClose(
  name: string,
  actual: Tensor,
  expected: Nested,
  tolerance: Tolerance = FLOAT32,
): Promise<void> {
  expectClose(name, (await actual.toArray()) as Nested, expected, tolerance);
}

const keysOf = (value: Nested | Named): string =>
  typeof value === "number" ? "one number" : `[${Object.keys(value).sort().join(", ")}]`;
