import { type Array64, build, get, sizeOf } from "../array.js";
import { total } from "./reduce.js";

/** Rows along an axis, each mapped to a row of the same length; a single number is a row. */
const along =
  (f: (row: number[]) => number[]) =>
  (x: Array64, axis = -1): Array64 => {
    const at = x.shape.length === 0 ? 0 : (axis + x.shape.length) % x.shape.length;
    const n = x.shape[at] ?? 1;
    const inner = sizeOf(x.shape.slice(at + 1));
    const data = new Float64Array(x.data.length);
    for (let r = 0; n > 0 && r < data.length / n; r++) {
      const base = Math.floor(r / inner) * n * inner + (r % inner);
      const row = Array.from({ length: n }, (_, c) => x.data[base + c * inner] as number);
      for (const [c, v] of f(row).entries()) data[base + c * inner] = v;
    }
    return { shape: x.shape, data };
  };

/** Shifted by the largest first: at ±1e30 even float64 would lose the logarithm. */
const logSoftmaxRow = (row: readonly number[]): number[] => {
  const m = Math.max(...row);
  const logTotal = Math.log(total(row.map((v) => Math.exp(v - m))));
  return row.map((v) => v - m - logTotal);
};

export const logSoftmax = along(logSoftmaxRow);
export const softmax = along((row) => logSoftmaxRow(row).map(Math.exp));

export const embedding = (weight: Array64, ids: Array64): Array64 =>
  build([...ids.shape, weight.shape[1] as number], (i) =>
    get(weight, [get(ids, i.slice(0, -1)), i.at(-1) as number]),
  );
