import { type Array64, build, get } from "../array.js";

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

export const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
