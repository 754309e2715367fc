// Central differences along a line through the inputs, as what is left when the gradient's own prediction is taken off.
import type { Evaluation, Reference } from "./evaluation.js";

/** A line through one input, along which L = Σ weights ⊙ results is followed, and the gradient of L to be judged. */
interface Line {
  readonly input: number;
  readonly direction: Float64Array;
  readonly gradient: ArrayLike<number>;
  readonly weights: Float64Array;
}

/** How far the gradient is from differences. */
interface Residual {
  /** Slope by differences minus slope by the gradient. */
  readonly residual: number;
  /** What rounding of the results may do to it. */
  readonly noise: number;
  /** How much it changes from one step size to the next. */
  readonly spread: number;
}

/** Steps relative to the direction, each a quarter of the one before: 2⁻² … 2⁻¹⁸. */
const STEPS = Array.from({ length: 9 }, (_, i) => 2 ** (-2 - 2 * i));

/** Rounding of results in f32, relative: a few units in the last place at least; where terms cancel inside, more. */
const LEAST_ROUNDING = 2 ** -22;
const MOST_ROUNDING = 2 ** -10;

/**
 * The residual of a function that computes in f32. A central difference is wrong by O(h²) and by rounding / h: two steps
 * are combined so that the h² vanishes (Richardson), and of all pairs the one is taken that changes least.
 */
export async function residualInF32(evaluation: Evaluation, line: Line): Promise<Residual> {
  const { input, direction, gradient, weights } = line;
  const x = evaluation.values[input] as Float64Array;
  const size = Math.hypot(...evaluation.results.map((v, k) => v * (weights[k] as number)));
  const differences = await Promise.all(
    STEPS.map(async (h) => {
      const [up, down] = [h, -h].map((step) =>
        x.map((v, k) => Math.fround(v + step * (direction[k] as number))),
      );
      const [above, below] = await Promise.all(
        [up, down].map((moved) => evaluation.at(input, moved as Float64Array)),
      );
      const rise = dot(weights, (k) => (above?.[k] as number) - (below?.[k] as number));
      // The elements moved by what f32 made of the step.
      const predicted = dot(gradient, (k) => (up?.[k] as number) - (down?.[k] as number));
      return (rise - predicted) / (2 * h);
    }),
  );
  const pairs = differences.slice(1).map((fine, i) => (16 * fine - (differences[i] as number)) / 15);
  // What the smallest steps disagree by is rounding divided by h: it tells how large that is.
  const scatter = [0, 1].map((i) => {
    const [coarse, fine] = pairs.slice(STEPS.length - 4 + i) as [number, number];
    return 4 * (STEPS[STEPS.length - 2 + i] as number) * Math.abs(fine - coarse);
  });
  const rounding = Math.min(Math.max(LEAST_ROUNDING * size, ...scatter), MOST_ROUNDING * size);
  const candidates = pairs.slice(0, -1).map((residual, i): Residual => {
    const noise = rounding / (STEPS[i + 1] as number);
    const [coarse, fine] = differences.slice(i, i + 2) as [number, number];
    // Two pairs may agree by chance where the differences themselves still run apart.
    const spread = Math.max(Math.abs(residual - (pairs[i + 1] as number)), Math.abs(fine - coarse) / 4);
    return { residual, noise, spread };
  });
  return candidates.reduce((best, next) =>
    next.spread + next.noise < best.spread + best.noise ? next : best,
  );
}

/** The step for differences in float64. */
const H = 2 ** -12;

/** The residual of the same function in float64: two steps, combined as above, are exact to nine digits. */
export function residualOfReference(
  reference: Reference,
  values: readonly Float64Array[],
  { input, direction, gradient, weights }: Line,
): Residual {
  const loss = (step: number) => {
    const moved = values.map((value, i) =>
      i === input ? value.map((v, k) => v + step * (direction[k] as number)) : value,
    );
    const results = reference(...moved);
    return dot(weights, (k) => results[k] as number);
  };
  const difference = (h: number) => (loss(h) - loss(-h)) / (2 * h);
  const slope = (16 * difference(H / 4) - difference(H)) / 15;
  return { residual: slope - dot(gradient, (k) => direction[k] as number), noise: 0, spread: 0 };
}

function dot(a: ArrayLike<number>, b: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += (a[k] as number) * b(k);
  return total;
}
