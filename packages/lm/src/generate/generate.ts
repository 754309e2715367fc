import { noGrad } from "@weft/autograd";
import { checkWhole, disposeState, evaluating } from "@weft/nn";
import { reshape, scope, select, tensor } from "@weft/tensor";
import { TextError } from "../errors.js";
import type { LanguageModel, RecurrentState } from "../model/languageModel.js";
import type { CharacterTokenizer } from "../tokenizer/character.js";
import { uniformNumbers } from "./random.js";
import { checkSamplingOptions, type SamplingOptions, sample } from "./sample.js";

/** How a text is continued. */
export interface GenerationOptions extends SamplingOptions {
  /** Characters to write. */
  readonly length: number;
  /** The same seed gives the same text on the same adapter. */
  readonly seed: number;
  /** Ends the text early. */
  readonly signal?: AbortSignal;
}

/**
 * Continues a prompt character by character. The prompt is read as one sequence; then each character that is drawn
 * becomes the next input.
 *
 * @throws TextError when the prompt is empty or has a character the vocabulary lacks
 * @throws RangeError when an option is out of range
 * @example
 * const tokenizer = new CharacterTokenizer("ab");
 * const model = new LanguageModel({ ...modelDefaults, vocabulary: tokenizer.size });
 * let text = "";
 * for await (const character of generate(model, tokenizer, "ab", { length: 5, temperature: 1, seed: 1 })) text += character;
 * text.length; // 5
 */
export async function* generate(
  model: LanguageModel,
  tokenizer: CharacterTokenizer,
  prompt: string,
  options: GenerationOptions,
): AsyncGenerator<string, void> {
  checkSamplingOptions(options);
  checkWhole("generate", "length", options.length, 0);
  const ids = tokenizer.encode(prompt);
  if (ids.length === 0) throw new TextError("generate: the prompt is empty; give at least one character.");
  const nextNumber = uniformNumbers(options.seed);
  let input = ids;
  let state: RecurrentState | undefined;
  try {
    for (let written = 0; written < options.length && options.signal?.aborted !== true; written++) {
      const before = state;
      const queued = evaluating(model, () => scope(() => noGrad(() => nextScores(model, input, before))));
      disposeState(before);
      state = queued.state;
      const scores = await queued.scores.data().finally(() => queued.scores.dispose());
      const id = sample(scores, nextNumber(), options);
      input = Int32Array.of(id);
      yield tokenizer.decode([id]);
    }
  } finally {
    disposeState(state);
  }
}

/** Scores (V) for the token after the last of `ids`, and the state behind them. */
function nextScores(model: LanguageModel, ids: Int32Array, state: RecurrentState | undefined) {
  const { logits, state: next } = model.forward(tensor(ids, { shape: [ids.length, 1] }), state); // (T, 1, V)
  const last = select(logits, 0, ids.length - 1); // (1, V)
  return { scores: reshape(last, [model.config.vocabulary]), state: next };
}
