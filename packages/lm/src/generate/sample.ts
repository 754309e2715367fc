import { checkNumber, checkWhole } from "@weft/nn";
import { WeftError } from "@weft/tensor";

/** How one token is drawn from scores. */
export interface SamplingOptions {
  /** Divides the scores: below 1 likely tokens get likelier, above 1 all get more alike, 0 takes the best. */
  readonly temperature: number;
  /** Draws from the k best tokens only; without it from all. */
  readonly topK?: number;
}

/** Refuses options that nothing can be drawn with. */
export function checkSamplingOptions({ temperature, topK }: SamplingOptions): void {
  checkNumber("sample", "temperature", temperature, "≥ 0");
  if (topK !== undefined) checkWhole("sample", "topK", topK, 1);
}

/**
 * Draws a token from scores.
 *
 * `pᵢ = exp(logitsᵢ / temperature) / Σⱼ exp(logitsⱼ / temperature)` over the k best. With these laid out best first (equal
 * ones by id), the token is the one at which the cumulative probability exceeds `draw`. All in float64.
 *
 * @param draw a number in [0, 1), uniform if the tokens are to have their probabilities
 * @throws WeftError when a score is not a number
 * @throws RangeError when an option is out of range
 * @example
 * const logits = [0, Math.log(3)]; // probabilities 1/4 and 3/4
 * sample(logits, 0.74, { temperature: 1 }); // 1
 * sample(logits, 0.76, { temperature: 1 }); // 0
 * sample(logits, 0.76, { temperature: 1, topK: 1 }); // 1
 */
export function sample(logits: ArrayLike<number>, draw: number, options: SamplingOptions): number {
  checkSamplingOptions(options);
  const best = bestFirst(logits, options.temperature === 0 ? 1 : (options.topK ?? logits.length));
  const top = best[0];
  if (top === undefined) throw new WeftError("sample: there are no scores to draw from; give at least one.");
  if (best.length === 1) return top.id;
  // Subtracting the best score keeps exp() from overflowing.
  const weights = best.map(({ score }) => Math.exp((score - top.score) / options.temperature));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [rank, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return best[rank]?.id ?? top.id;
  }
  return top.id; // rounding left nothing: as good as any
}

/** The k best tokens, best first; of equal scores the lower id. */
function bestFirst(logits: ArrayLike<number>, k: number): { id: number; score: number }[] {
  const scored = Array.from(logits, (score, id) => {
    if (Number.isNaN(score) || score === Number.POSITIVE_INFINITY) {
      throw new WeftError(
        `sample: the score of token ${id} is ${score}; the model is broken, train it again.`,
      );
    }
    return { id, score };
  });
  return scored.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, k);
}
