import { type Array64, sizeOf } from "../array.js";
import { total } from "./reduce.js";

export interface NormOptions {
  readonly eps: number;
  readonly isCentered: boolean;
}

/** Normalises x over its last `axes` axes, then weight and bias. */
export function normalize(
  [x, weight, bias]: readonly (Array64 | undefined)[],
  axes: number,
  { eps, isCentered }: NormOptions,
): Array64 {
  const { shape, data } = x as Array64;
  const n = sizeOf(shape.slice(shape.length - axes));
  const out = new Float64Array(data.length);
  for (let base = 0; base < data.length; base += n) {
    const row = [...data.slice(base, base + n)];
    const mean = isCentered ? total(row) / n : 0;
    const variance = total(row.map((v) => (v - mean) ** 2)) / n;
    for (const [c, v] of row.entries())
      out[base + c] =
        ((v - mean) / Math.sqrt(variance + eps)) * (weight?.data[c] ?? 1) + (bias?.data[c] ?? 0);
  }
  return { shape, data: out };
}
