import { checkNumber, checkWhole } from "@weft/nn";
import { checkOptions } from "@weft/tensor";
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
export function checkTrainingOptions(options: TrainingOptions): void {
  checkOptions("train", options, [...Object.keys(trainingDefaults), "signal"]);
  checkWhole("train", "steps", options.steps, 1);
  checkWhole("train", "warmup", options.warmup, 0);
  checkNumber("train", "learningRate", options.learningRate, "> 0");
  checkNumber("train", "clip", options.clip, "> 0");
}
