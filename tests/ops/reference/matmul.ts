import { type Array64, build, get } from "../array.js";
import { binary } from "./elementwise.js";
import { total } from "./reduce.js";

export const add = binary((v, w) => v + w);

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

/** c + a · b, where c broadcasts to the product. */
export const addmm = (c: Array64, a: Array64, b: Array64): Array64 => add(matmul(a, b), c);
