import type { Tensor } from "@weft/tensor";
import { expect } from "vitest";
import type { Array64 } from "./array.js";
import { storedAs } from "./sample.js";

/** Below this an error does not count: f32 may flush to zero what float64 still holds. */
const TINY = 1e-6;

/** What an element of this dtype makes of a float64 number: floats overflow to infinity, integers are whole and wrap. */
const stored = (value: number, { dtype }: Tensor): number =>
  dtype === "bool" ? Number(value !== 0) : storedAs(dtype, value);

/** Fails, naming the first place, unless |actual − expected| ≤ absolute + relative · |expected| everywhere. */
export async function expectClose(
  actual: Tensor,
  expected: Array64,
  relative: number,
  absolute = relative === 0 ? 0 : TINY,
): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  const data = await actual.data();
  const isClose = (value: number, i: number) => {
    const [found, wanted] = [data[i] as number, stored(value, actual)];
    return (
      found === wanted ||
      (Number.isNaN(found) && Number.isNaN(wanted)) ||
      Math.abs(found - wanted) <= absolute + (Number.isFinite(wanted) ? relative * Math.abs(wanted) : 0)
    );
  };
  const wrong = expected.data.findIndex((value, i) => !isClose(value, i));
  if (wrong >= 0)
    throw new Error(
      `element ${wrong} is ${data[wrong]}, expected ${expected.data[wrong]} as ${actual.dtype}`,
    );
}
