// What views show, in plain numbers: the model that random chains of views are compared with.
import { indices, sizeOf } from "../ops/array.js";

/** A view of an array of the host: for each element, in row-major order, its place in the base. */
export interface Shown {
  readonly base: number[];
  readonly shape: readonly number[];
  readonly places: readonly number[];
}

/** Numbers that are all different, of a shape. */
export function counted(shape: readonly number[]): Shown {
  const places = Array.from({ length: sizeOf(shape) }, (_, i) => i);
  return { base: places.map((i) => i + 1), shape, places };
}

export const valuesOf = ({ base, places }: Shown): number[] => places.map((place) => base[place] as number);

/** The view of another shape that shows at each index the element of `view` at the index that `from` tells. */
export function seen(
  { base, shape, places }: Shown,
  target: readonly number[],
  from: (index: number[]) => readonly number[],
): Shown {
  const flat = (index: readonly number[]) =>
    index.reduce((sum, i, axis) => sum * (shape[axis] as number) + i, 0);
  return {
    base,
    shape: target,
    places: Array.from(indices(target), (index) => places[flat(from(index))] as number),
  };
}

/** The same elements, in a base of their own. */
export const copied = (view: Shown): Shown => ({ ...counted(view.shape), base: valuesOf(view) });

/** Whether some strides over the base show the elements as `target`: those of single steps must lead everywhere. */
export function isStrided({ places }: Shown, target: readonly number[]): boolean {
  if (places.length === 0) return true;
  const origin = places[0] as number;
  const steps = target.map((length, axis) =>
    length === 1 ? 0 : (places[sizeOf(target.slice(axis + 1))] as number) - origin,
  );
  return [...indices(target)].every(
    (index, i) => places[i] === index.reduce((sum, at, axis) => sum + at * (steps[axis] as number), origin),
  );
}
