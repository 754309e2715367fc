/** One number for all axes, or one for each: [rows, columns]. */
export type OneOrTwo = number | readonly [number, number];

/** A size as a list with a number for each axis. */
export const perAxis = (size: OneOrTwo, axes: 1 | 2): readonly number[] =>
  typeof size === "number" ? new Array<number>(axes).fill(size) : size;

/** Refuses sizes of windows that are no whole numbers, too few, or not given. Each has the least number it may be. */
export function checkWindow(
  layer: string,
  axes: 1 | 2,
  sizes: Readonly<Record<string, readonly [size: OneOrTwo | undefined, least: 0 | 1]>>,
): void {
  for (const [name, [size, least]] of Object.entries(sizes)) {
    const list: unknown = typeof size === "number" ? [size] : size;
    const isList = Array.isArray(list) && (typeof size === "number" || (axes === 2 && list.length === 2));
    if (isList && list.every((value) => Number.isInteger(value) && (value as number) >= least)) continue;
    const cure = axes === 1 ? `a whole number ≥ ${least}` : `a whole number ≥ ${least}, or a pair of them`;
    throw new RangeError(
      `${layer}: ${name} is ${typeof size === "number" ? size : JSON.stringify(size)}; use ${cure}.`,
    );
  }
}
