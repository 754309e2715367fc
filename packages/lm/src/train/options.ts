import { WeftError } from "@weft/tensor";
import type { BatchSize } from "../data/batches.js";

/** How a model is trained. */
export interface TrainingOptions extends BatchSize {
  /** Parameter updates. */
  readonly steps: number;
  /** Highest learning rate, reached after the warm-up. */
  readonly learningRate: number;
  /** Steps in which the learning rate rises to its highest value. */
  readonly warmup: number;
  /** Largest norm that the gradient of all parameters together may have. */
  readonly clip: number;
}

/**
 * The settings that `weft train` starts from.
 *
 * @example
 * trainingDefaults; // { batch: 16, sequence: 32, steps: 200, learningRate: 0.01, warmup: 50, clip: 1 }
 */
export const trainingDefaults = {
  batch: 16,
  sequence: 32,
  steps: 200,
  learningRate: 1e-2,
  warmup: 50,
  clip: 1,
} as const satisfies TrainingOptions;

/** Refuses settings that cannot be trained with; `batch` and `sequence` are checked against the text elsewhere. */
export function checkTrainingOptions({ steps, learningRate, warmup, clip }: TrainingOptions): void {
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  const positive = (value: number) => Number.isFinite(value) && value > 0;
  if (!whole(steps, 1)) throw new WeftError(`train: steps is ${steps}; use a whole number ≥ 1.`);
  if (!whole(warmup, 0)) throw new WeftError(`train: warmup is ${warmup}; use a whole number ≥ 0.`);
  if (!positive(learningRate))
    throw new WeftError(`train: learningRate is ${learningRate}; use a number > 0.`);
  if (!positive(clip)) throw new WeftError(`train: clip is ${clip}; use a number > 0.`);
}
