/** A row-major array of float64 numbers: what the references compute with. */
export interface Array64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Every index of a shape, in row-major order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) {
    const index: number[] = [];
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] as number;
      index[axis] = rest % length;
      rest = Math.floor(rest / length);
    }
    yield index;
  }
}

/** An array whose element at each index is `f(index)`. */
export function build(shape: readonly number[], f: (index: number[]) => number): Array64 {
  return { shape, data: Float64Array.from(indices(shape), f) };
}

/** The element at an index; axes of length 1, and missing axes in front, count as repeated. */
export function get({ shape, data }: Array64, index: readonly number[]): number {
  const skipped = index.length - shape.length;
  let at = 0;
  for (const [axis, length] of shape.entries()) {
    at = at * length + (length === 1 ? 0 : (index[axis + skipped] as number));
  }
  return data[at] as number;
}

/** The same elements under another shape. */
export const reshaped = ({ data }: Array64, shape: readonly number[]): Array64 => ({ shape, data });

/** Numbers in [low, high) that depend on the seed alone. */
export function numbers(count: number, seed: number, low: number, high: number): number[] {
  let state = seed * 2654435761 + 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(low + ((high - low) * state) / 2 ** 32);
  });
}
