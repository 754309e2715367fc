import { type Array64, build, get, indices } from "../array.js";

const inside = (at: number, length: number): boolean => at >= 0 && at < length;

/** NaN stands for an index outside the axis; the tests read it as 0 for integers. */
const MISSING = Number.NaN;

export const gather =
  (axis: number) =>
  (x: Array64, index: Array64): Array64 =>
    build(index.shape, (i) => {
      const at = get(index, i);
      return inside(at, x.shape[axis] as number) ? get(x, i.with(axis, at)) : MISSING;
    });

/** Writes `combine(old, new)` where the index says, in its row-major order: along one axis that is the axis' order. */
export const scatter =
  (axis: number, combine: (old: number, written: number) => number) =>
  (x: Array64, index: Array64, source: Array64): Array64 => {
    const out = Float64Array.from(x.data);
    for (const i of indices(index.shape)) {
      const at = get(index, i);
      if (!inside(at, x.shape[axis] as number)) continue;
      const place = i.with(axis, at).reduce((sum, n, k) => sum * (x.shape[k] as number) + n, 0);
      out[place] = combine(
        out[place] as number,
        source.shape.length === 0 ? (source.data[0] as number) : get(source, i),
      );
    }
    return { shape: x.shape, data: out };
  };

/** A 1-D index seen in the shape of what it selects. */
export const along = (axis: number, x: Array64, index: Array64): Array64 =>
  build(x.shape.with(axis, index.data.length), (i) => index.data[i[axis] as number] as number);

export const indexSelect =
  (axis: number) =>
  (x: Array64, index: Array64): Array64 =>
    gather(axis)(x, along(axis, x, index));

export const indexAdd =
  (axis: number) =>
  (x: Array64, index: Array64, source: Array64): Array64 =>
    scatter(axis, (a, b) => a + b)(x, along(axis, x, index), source);
