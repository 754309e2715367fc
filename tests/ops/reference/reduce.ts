import { type Array64, build, get, indices, reshaped } from "../array.js";

export const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);

/** Folds the given axes of x. */
export const reduce =
  (axes: readonly number[], keepDim: boolean, f: (values: number[]) => number) =>
  (x: Array64): Array64 => {
    const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
    const inner = x.shape.map((n, i) => (axes.includes(i) ? n : 1));
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
          x.shape.filter((_, i) => !axes.includes(i)),
        );
  };
