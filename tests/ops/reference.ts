// The ops in float64 on plain numbers, written as their definitions.
import { type Array64, build, get, indices, reshaped, sizeOf } from "./array.js";

export const unary =
  (f: (v: number) => number) =>
  (x: Array64): Array64 => ({ shape: x.shape, data: x.data.map(f) });

export const binary =
  (f: (v: number, w: number) => number) =>
  (a: Array64, b: Array64): Array64 => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const padded = [a, b].map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
    const shape = Array.from(
      { length: rank },
      (_, i) => (padded[0]?.[i] === 1 ? padded[1]?.[i] : padded[0]?.[i]) as number,
    );
    return build(shape, (i) => f(get(a, i), get(b, i)));
  };

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

export const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);

/** Matrix product of stacks whose leading axes broadcast. */
export function matmul(a: Array64, b: Array64): Array64 {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1) as number;
  const lead = (x: Array64) => build([...x.shape.slice(0, -2), 1, 1], () => 0);
  const batch = binary((v) => v)(lead(a), lead(b)).shape.slice(0, -2);
  return build([...batch, m, n], (i) => {
    const [row, column] = i.slice(-2) as [number, number];
    const at = i.slice(0, -2);
    return total(Array.from({ length: k }, (_, j) => get(a, [...at, row, j]) * get(b, [...at, j, column])));
  });
}

export const transposed = (x: Array64): Array64 =>
  build([...x.shape.slice(0, -2), ...x.shape.slice(-2).reverse()], (i) =>
    get(x, [...i.slice(0, -2), ...i.slice(-2).reverse()]),
  );

export const add = binary((v, w) => v + w);

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

export const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** PyTorch's gate order: i, f, g, o. */
export function lstmCell(gates: Array64, c: Array64): Array64[] {
  const hidden = c.shape[1] as number;
  const gate = ([b = 0, j = 0]: number[], n: number) => get(gates, [b, n * hidden + j]);
  const next = build(
    c.shape,
    (i) => sigmoid(gate(i, 1)) * get(c, i) + sigmoid(gate(i, 0)) * Math.tanh(gate(i, 2)),
  );
  return [build(c.shape, (i) => sigmoid(gate(i, 3)) * Math.tanh(get(next, i))), next];
}

/** PyTorch's gate order: r, z, n. */
export function gruCell(x: Array64, h: Array64, state: Array64): Array64 {
  const hidden = state.shape[1] as number;
  return build(state.shape, (i) => {
    const [b = 0, j = 0] = i;
    const [xr, xz, xn] = [0, 1, 2].map((n) => get(x, [b, n * hidden + j])) as [number, number, number];
    const [hr, hz, hn] = [0, 1, 2].map((n) => get(h, [b, n * hidden + j])) as [number, number, number];
    const z = sigmoid(xz + hz);
    return (1 - z) * Math.tanh(xn + sigmoid(xr + hr) * hn) + z * get(state, i);
  });
}

/** The part start … end − 1 of an axis. */
export const slice =
  (axis: number, start: number, end: number) =>
  (x: Array64): Array64 =>
    build(x.shape.with(axis, end - start), (i) => get(x, i.with(axis, (i[axis] as number) + start)));

export const cat =
  (axis: number) =>
  (...parts: Array64[]): Array64 => {
    const shape = (parts[0] as Array64).shape.with(
      axis,
      total(parts.map((part) => part.shape[axis] as number)),
    );
    return build(shape, (i) => {
      let at = i[axis] as number;
      const part = parts.find(({ shape }) => {
        const inside = at < (shape[axis] as number);
        if (!inside) at -= shape[axis] as number;
        return inside;
      });
      return get(part as Array64, i.with(axis, at));
    });
  };
