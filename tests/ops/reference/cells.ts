import { type Array64, build, get } from "../array.js";
import { sigmoid } from "./elementwise.js";

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
