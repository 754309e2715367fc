import { CosineAnnealingLR, LinearLR, SequentialLR } from "@weft/nn";
import type { TrainingOptions } from "./options.js";

/**
 * The learning rate of a step, counted from 1: a straight rise over the warm-up, then half a cosine down to a tenth.
 *
 *     w = min(warmup, ⌊steps / 2⌋)
 *     step ≤ w:  peak · step / w
 *     step > w:  peak · (0.1 + 0.9 · (1 + cos(π · p)) / 2),   p = (step − w) / (steps − w)
 *
 * The rise keeps Adam's first, badly estimated steps small; a run too short for the warm-up rises over its first half.
 *
 * @example
 * const options = { steps: 200, warmup: 50, learningRate: 0.01 };
 * learningRateAt(25, options); // 0.005
 * learningRateAt(50, options); // 0.01
 * learningRateAt(200, options); // 0.001
 * @see Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", arXiv 1608.03983
 */
export function learningRateAt(
  step: number,
  { steps, warmup, learningRate }: Pick<TrainingOptions, "steps" | "warmup" | "learningRate">,
): number {
  const rise = Math.min(warmup, Math.floor(steps / 2));
  const fall = new CosineAnnealingLR({ tMax: steps - rise, etaMin: 0.1 });
  if (rise === 0) return learningRate * fall.at(step);
  const warm = new LinearLR({ startFactor: 0, totalIters: rise });
  return learningRate * new SequentialLR([warm, fall], [rise]).at(step);
}
