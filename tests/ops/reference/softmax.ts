import { type Array64, build, get, sizeOf } from "../array.js";
import { total } from "./reduce.js";

/** Rows of the last axis, each mapped to a row of the same length. */
const byRow =
  (f: (row: number[]) => number[]) =>
  (x: Array64): Array64 => {
    const n = x.shape.at(-1) as number;
    const rows = Array.from({ length: n === 0 ? 0 : sizeOf(x.shape) / n }, (_, r) =>
      f([...x.data.slice(r * n, (r + 1) * n)]),
    );
    return { shape: x.shape, data: Float64Array.from(rows.flat()) };
  };

/** Shifted by the largest first: at ±1e30 even float64 would lose the logarithm. */
const logSoftmaxRow = (row: readonly number[]): number[] => {
  const m = Math.max(...row);
  const logTotal = Math.log(total(row.map((v) => Math.exp(v - m))));
  return row.map((v) => v - m - logTotal);
};

export const logSoftmax = byRow(logSoftmaxRow);
export const softmax = byRow((row) => logSoftmaxRow(row).map(Math.exp));

export const crossEntropy = (logits: Array64, targets: Array64): Array64 =>
  build(targets.shape, ([n = 0]) => -get(logSoftmax(logits), [n, targets.data[n] as number]));

export const embedding = (weight: Array64, ids: Array64): Array64 =>
  build([...ids.shape, weight.shape[1] as number], (i) =>
    get(weight, [get(ids, i.slice(0, -1)), i.at(-1) as number]),
  );
