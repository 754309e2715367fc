/** Error function by its series, or by the continued fraction of erfc where that converges fast: good to 1e-15. */
export function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  if (Math.abs(x) > 2.5) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** 1 − erf(x) for x > 2: e^(−x²)/√π / (x + ½/(x + 1/(x + 3/2/(x + …)))). */
function erfc(x: number): number {
  let fraction = x;
  for (let n = 120; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** The y with erf(y) = x, by halving, then Newton's steps on the smaller tail: good to 1e-14 relative. */
export function erfinv(x: number): number {
  if (!(Math.abs(x) < 1)) return Math.abs(x) === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN;
  const tail = 1 - Math.abs(x);
  let [low, high] = [0, 6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (tailOf(middle) > tail) low = middle;
    else high = middle;
  }
  let y = low;
  const error = (v: number) => (v < 0.5 ? Math.abs(x) - erf(v) : tailOf(v) - tail);
  for (let i = 0; i < 4; i++) y += error(y) * (Math.sqrt(Math.PI) / 2) * Math.exp(y * y);
  return Math.sign(x) * y;
}

/** erfc of a number ≥ 0. */
const tailOf = (v: number): number => (v > 2.5 ? erfc(v) : 1 - erf(v));

/** x Φ(x) = x/2 · erfc(−x/√2). */
export function gelu(x: number): number {
  if (x === Number.NEGATIVE_INFINITY) return -0;
  const z = x * Math.SQRT1_2;
  return z < -2.5 ? 0.5 * x * erfc(-z) : 0.5 * x * (1 + erf(z));
}

/** The nearest whole number, halves to the even one. */
export function roundHalfToEven(v: number): number {
  const near = Math.round(v);
  return Math.abs(v - Math.trunc(v)) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}
