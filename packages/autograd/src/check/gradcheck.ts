import { checkFunction, checkOptions, type Tensor, WeftError } from "@weft/tensor";
import { checkTensors } from "../tensorList.js";
import { residualInF32, residualOfReference } from "./differences.js";
import { type Checked, Evaluation, type Reference } from "./evaluation.js";
import { uniformNumbers } from "./uniformNumbers.js";

export interface GradcheckOptions {
  /**
   * Largest allowed difference, relative to the larger of the two derivatives: 1e-2 for differences in f32, 1e-3 for those
   * of a reference. What rounding in f32 explains is allowed on top.
   */
  readonly tolerance?: number;
  /** Random directions tried for each input; 3 unless told otherwise. */
  readonly directions?: number;
  /** Seed of the directions and weights. */
  readonly seed?: number;
  /** The same function in float64: differences are then taken of it, and f's values are compared with its own. */
  readonly reference?: Reference;
}

/** Refuses what cannot be checked, and options that the checks do not have. */
export function checkCall(
  who: string,
  f: Checked,
  inputs: readonly Tensor[],
  options: GradcheckOptions,
): void {
  checkFunction(who, "f", f);
  checkTensors(who, inputs);
  checkOptions(who, options, ["tolerance", "directions", "seed", "reference"]);
}

/** Rounding of a gradient in f32, relative to all that was added up. */
const ROUNDING = 2 ** -20;

/**
 * Compares the gradient of a function with central differences along random directions v, `L = Σ w ⊙ f(x)` for random
 * weights w: `⟨∇L(x), v⟩ ≈ (L(x + hv) − L(x − hv)) / 2h`.
 *
 * Each element moves in proportion to its own size, so inputs of any scale will do; keep them away from kinks such as
 * relu at 0. Without a reference, differences are taken in f32 for several h, extrapolated (Richardson), and the h is
 * taken at which they agree best; they show a rule that is wrong by 2 %. With a reference, 0.2 %.
 *
 * @param f a function of tensors that returns one tensor or several; inputs that are not f32 are passed on as they are
 * @returns the largest relative difference found
 * @throws WeftError that names input, direction and both numbers when they differ by more than the tolerance
 * @example
 * (await gradcheck((x) => square(x), [tensor([1, -2, 3])])) < 0.01; // true
 */
export async function gradcheck(
  f: Checked,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): Promise<number> {
  checkCall("gradcheck", f, inputs, options);
  return compare("gradcheck", f, inputs, options);
}

/** The work of `gradcheck`; `who` asks, for messages. */
export async function compare(
  who: string,
  f: Checked,
  inputs: readonly Tensor[],
  { reference, tolerance = reference ? 1e-3 : 1e-2, directions = 3, seed = 0 }: GradcheckOptions,
): Promise<number> {
  const random = uniformNumbers(seed);
  const evaluation = await Evaluation.of(f, inputs);
  const { values, results } = evaluation;
  if (reference !== undefined) checkValues(who, results, reference(...values), tolerance);
  const weights = Float64Array.from(results, () => Math.fround(0.5 + random()));
  const gradients = await evaluation.gradients(who, weights);
  let worst = 0;
  for (const [i, gradient] of gradients.entries()) {
    if (gradient === undefined) continue;
    const scales = scalesOf(values[i] as Float64Array);
    for (let n = 0; n < directions; n++) {
      // ±(½ … 1) of its own size for every element: none is left out.
      const direction = scales.map((scale) => scale * (random() < 0.5 ? -1 : 1) * (0.5 + random() / 2));
      const line = { input: i, direction, gradient, weights };
      const { residual, noise, spread } =
        reference === undefined
          ? await residualInF32(evaluation, line)
          : residualOfReference(reference, values, line);
      const terms = direction.map((v, k) => v * (gradient[k] as number));
      const given = terms.reduce((total, term) => total + term, 0);
      const numeric = given + residual;
      const larger = Math.max(Math.abs(given), Math.abs(numeric));
      const where = `${who}: input ${i + 1} of ${inputs.length}, direction ${n + 1} of ${directions}:`;
      if (spread > 10 * (tolerance * larger + noise)) {
        throw new WeftError(
          `${where} differences in f32 do not settle, ${digits(numeric)} ± ${digits(spread)} where backward gives ${digits(given)}; ` +
            "move the input away from a kink, or give { reference }.",
        );
      }
      const allowed = noise + spread + ROUNDING * terms.reduce((total, term) => total + Math.abs(term), 0);
      const excess = Math.max(Math.abs(residual) - allowed, 0);
      const difference = excess === 0 ? 0 : excess / larger;
      if (!(difference <= tolerance)) {
        throw new WeftError(
          `${where} backward gives ${digits(given)}, differences give ${digits(numeric)} ` +
            `(relative difference ${difference.toExponential(1)} > ${tolerance}); correct the gradient rule.`,
        );
      }
      worst = Math.max(worst, difference);
    }
  }
  return worst;
}

const digits = (x: number): string => String(Number(x.toPrecision(7)));

/** How far each element may move: its own size; the mean size for one that is 0, and 1 if all are. */
function scalesOf(value: Float64Array): Float64Array {
  const mean = value.reduce((total, v) => total + Math.abs(v), 0) / Math.max(value.length, 1);
  return value.map((v) => Math.abs(v) || mean || 1);
}

/** Differences of a reference prove nothing about an f that computes something else. */
function checkValues(who: string, results: Float64Array, expected: Float64Array, tolerance: number): void {
  if (results.length !== expected.length) {
    throw new WeftError(
      `${who}: the function gives ${results.length} numbers and the reference ${expected.length}; they must compute the same.`,
    );
  }
  const largest = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const wrong = results.findIndex((v, k) => {
    const other = expected[k] as number;
    return !(Math.abs(v - other) <= tolerance * Math.abs(other) + ROUNDING * largest);
  });
  if (wrong < 0) return;
  throw new WeftError(
    `${who}: number ${wrong + 1} of the result is ${digits(results[wrong] as number)}, ` +
      `and ${digits(expected[wrong] as number)} by the reference; they must compute the same.`,
  );
}
