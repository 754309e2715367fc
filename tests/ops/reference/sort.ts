import { type Array64, build, get } from "../array.js";

/** NaN is larger than all numbers; −0 equals 0. */
const compare = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b)
    ? Number(Number.isNaN(a)) - Number(Number.isNaN(b))
    : a < b
      ? -1
      : Number(a > b);

/** The places of a row in the order of its elements; equal ones keep theirs. */
export const order = (row: readonly number[], descending: boolean): number[] =>
  row
    .map((_, i) => i)
    .sort((i, j) => (descending ? -1 : 1) * compare(row[i] as number, row[j] as number) || i - j);

/** The elements along an axis through an index. */
const lineAt = (x: Array64, index: readonly number[], axis: number): number[] =>
  Array.from({ length: x.shape[axis] as number }, (_, i) => get(x, index.with(axis, i)));

export const argsort =
  (axis: number, descending = false) =>
  (x: Array64): Array64 => {
    const orders = new Map<string, number[]>();
    return build(x.shape, (i) => {
      const key = i.with(axis, 0).join();
      const known = orders.get(key) ?? order(lineAt(x, i, axis), descending);
      orders.set(key, known);
      return known[i[axis] as number] as number;
    });
  };

export const sorted =
  (axis: number, descending = false) =>
  (x: Array64): Array64 => {
    const places = argsort(axis, descending)(x);
    return build(x.shape, (i) => get(x, i.with(axis, get(places, i))));
  };

/** How many elements of a row come before each value. */
export const searchSorted =
  (right: boolean) =>
  (rows: Array64, values: Array64): Array64 =>
    build(values.shape, (i) => {
      const n = rows.shape.at(-1) as number;
      const row = Array.from({ length: n }, (_, k) =>
        get(rows, rows.shape.length === 1 ? [k] : [...i.slice(0, -1), k]),
      );
      return row.filter((v) => compare(v, get(values, i)) < (right ? 1 : 0)).length;
    });

/** The part of an axis before `end`. */
export const first =
  (axis: number, end: number) =>
  (x: Array64): Array64 =>
    build(x.shape.with(axis, end), (i) => get(x, i));
