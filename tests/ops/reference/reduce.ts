import { type Array64, build, get, indices, reshaped, sizeOf } from "../array.js";

export const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);
export const product = (values: readonly number[]): number => values.reduce((y, v) => y * v, 1);
export const average = (values: readonly number[]): number => total(values) / values.length;

export const largest = (values: readonly number[]): number =>
  values.reduce((y, v) => (Number.isNaN(y) || Number.isNaN(v) ? Number.NaN : Math.max(y, v)));
export const smallest = (values: readonly number[]): number =>
  values.reduce((y, v) => (Number.isNaN(y) || Number.isNaN(v) ? Number.NaN : Math.min(y, v)));

/** The first NaN, else the first of the elements that are the extreme. */
const position = (values: readonly number[], extreme: number): number =>
  values.findIndex((v) => Object.is(v, extreme) || v === extreme);
export const positionOfLargest = (values: readonly number[]): number => position(values, largest(values));
export const positionOfSmallest = (values: readonly number[]): number => position(values, smallest(values));

export const someTrue = (values: readonly number[]): number => Number(values.some((v) => v !== 0));
export const allTrue = (values: readonly number[]): number => Number(values.every((v) => v !== 0));

export const varianceOf =
  (correction: number) =>
  (values: readonly number[]): number => {
    const mean = average(values);
    return total(values.map((v) => (v - mean) ** 2)) / Math.max(values.length - correction, 0);
  };

export const normOf =
  (p: number) =>
  (values: readonly number[]): number => {
    const sizes = values.map(Math.abs);
    if (p === 0) return values.filter((v) => v !== 0).length;
    if (p === Number.POSITIVE_INFINITY) return sizes.length === 0 ? 0 : largest(sizes);
    if (p === Number.NEGATIVE_INFINITY) return smallest(sizes);
    return total(sizes.map((v) => v ** p)) ** (1 / p);
  };

export function logOfSumOfExp(values: readonly number[]): number {
  if (values.length === 0) return Number.NEGATIVE_INFINITY;
  const top = largest(values);
  return Number.isFinite(top) ? top + Math.log(total(values.map((v) => Math.exp(v - top)))) : top;
}

/** Folds the given axes of x. */
export const reduce =
  (axes: readonly number[], keepDim: boolean, f: (values: number[]) => number) =>
  (x: Array64): Array64 => {
    const front = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
    const kept = x.shape.map((n, i) => (front.includes(i) ? 1 : n));
    const inner = x.shape.map((n, i) => (front.includes(i) ? n : 1));
    const folded = build(kept, (i) =>
      f(
        [...indices(inner)].map((j) =>
          get(
            x,
            i.map((k, axis) => k + (j[axis] as number)),
          ),
        ),
      ),
    );
    return keepDim
      ? folded
      : reshaped(
          folded,
          x.shape.filter((_, i) => !front.includes(i)),
        );
  };

/** Walks along an axis: y[i] = f(y[i−1], x[i]) from y[−1] = start. */
export const scan =
  (axis: number, reverse: boolean, start: number, f: (y: number, v: number) => number) =>
  ({ shape, data }: Array64): Array64 => {
    const front = axis < 0 ? axis + shape.length : axis;
    const length = shape[front] as number;
    const inner = sizeOf(shape.slice(front + 1));
    const y = new Float64Array(data.length);
    for (let line = 0; line < data.length / Math.max(length, 1); line++) {
      const base = Math.floor(line / inner) * length * inner + (line % inner);
      let state = start;
      for (let step = 0; step < length; step++) {
        const i = base + (reverse ? length - 1 - step : step) * inner;
        state = f(state, data[i] as number);
        y[i] = state;
      }
    }
    return { shape, data: y };
  };
