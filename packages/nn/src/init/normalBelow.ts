/**
 * The part of a standard normal distribution below z, good to 1e-14: by the series of erf, and by the continued fraction of
 * erfc from 3 deviations on.
 *
 *     Φ(z) = ½ + φ(z) (z + z³/3 + z⁵/(3·5) + …)        1 − Φ(z) = φ(z) / (z + 1/(z + 2/(z + 3/(z + …))))
 *
 * @see Abramowitz and Stegun 1964, 26.2.11 and 26.2.14
 */
export function normalBelow(z: number): number {
  if (z < 0) return 1 - normalBelow(-z);
  if (z > 39) return 1; // the density is below all doubles
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let n = 150; n > 0; n--) fraction = z + n / fraction;
    return 1 - density / fraction;
  }
  let [sum, term] = [z, z];
  for (let n = 3; term > 1e-17 * sum; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + density * sum;
}
