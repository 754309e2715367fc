import type { Shape } from "@weft/tensor";

export type Numbers = ArrayLike<number>;

/** A result that differs from its reference: nothing that computes it is timed. */
export class WrongResult extends Error {
  override name = "WrongResult";
}

interface Comparison {
  /** The case, for the message. */
  readonly what: string;
  /** Name of the tensor, for the message. */
  readonly key: string;
  readonly shape: Shape;
  readonly got: Numbers;
  readonly expected: Numbers;
  /** Largest error, relative for numbers above 1. */
  readonly tolerance: number;
}

/** @throws WrongResult naming the first element that differs */
export function requireEqual({ what, key, shape, got, expected, tolerance }: Comparison): void {
  if (got.length !== expected.length) {
    throw new WrongResult(`${what}: ${key} holds ${got.length} numbers, expected ${expected.length}.`);
  }
  for (let i = 0; i < expected.length; i++) {
    const [is, should] = [got[i] as number, expected[i] as number];
    // Written so that NaN counts as wrong.
    if (Math.abs(is - should) <= tolerance * Math.max(1, Math.abs(should))) continue;
    const place = shape.length === 0 ? key : `${key}[${indexOf(i, shape).join(", ")}]`;
    throw new WrongResult(`${what}: ${place} is ${is}, expected ${should}; a wrong result is not timed.`);
  }
}

/** The index along each axis of row-major element i. */
function indexOf(i: number, shape: Shape): number[] {
  let rest = i;
  return shape.map((_, axis) => {
    const inner = shape.slice(axis + 1).reduce((size, length) => size * length, 1);
    const index = Math.floor(rest / inner);
    rest %= inner;
    return index;
  });
}
