import type { Tensor } from "../../tensor.js";
import { eq } from "../elementwise/compare.js";
import { pow, sqrt } from "../elementwise/powers.js";
import { where } from "../elementwise/where.js";

/**
 * f(x) with f(0) = 0 and every derivative at 0 set to 0, as PyTorch does for norms, whose slope there is not defined. f never
 * sees the 0, so it cannot make NaN of it.
 */
export function zeroAtZero(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const isZero = eq(x, 0);
  return where(isZero, 0, f(where(isZero, 1, x)));
}

/** The p-th root of numbers ≥ 0. */
export const root = (x: Tensor, p: number): Tensor =>
  zeroAtZero(x, (inside) => (p === 2 ? sqrt(inside) : pow(inside, 1 / p)));
