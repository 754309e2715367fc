import { noGrad } from "@weft/autograd";
import { crossEntropy, disposeState, evaluating } from "@weft/nn";
import { reshape, scope, tensor } from "@weft/tensor";
import { type EvaluationWindow, evaluationLayout, evaluationWindows } from "../data/evaluationWindows.js";
import { TextError } from "../errors.js";
import type { LanguageModel, RecurrentState } from "../model/languageModel.js";

/** How well a model predicts a text. */
export interface Evaluation {
  /** Predictions scored: every token of the text except the first, which nothing comes before. */
  readonly tokens: number;
  /** Mean cross-entropy of a prediction, in nats. */
  readonly nats: number;
  /** The same in bits; a token is a character. */
  readonly bitsPerCharacter: number;
  /** How many equally likely characters would be as hard to tell apart. */
  readonly perplexity: number;
}

/** What `evaluate` can be told. */
export interface EvaluationOptions {
  /** Hears how many predictions are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops with the signal's reason as error. */
  readonly signal?: AbortSignal;
}

/**
 * Scores each token of a text exactly once, with the state carried through the text.
 *
 * `nats = −1/n Σ log p(xᵢ₊₁ | x₁ … xᵢ)`, `bitsPerCharacter = nats / ln 2`, `perplexity = exp(nats)`
 *
 * A long text is cut into streams that run side by side (one for every 256 tokens, 64 at most). Each but the first reads
 * the 64 tokens before its own to warm its state up, and the sums are made in float64 from single losses. The model's
 * parameters and training mode are as before afterwards.
 *
 * @throws TextError when there are fewer than 2 tokens
 * @example
 * const tokenizer = new CharacterTokenizer("abcd");
 * const model = new LanguageModel({ ...modelDefaults, vocabulary: tokenizer.size });
 * const { tokens } = await evaluate(model, tokenizer.encode("abcabcd"));
 * tokens; // 6
 */
export async function evaluate(
  model: LanguageModel,
  tokens: Int32Array,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const predictions = tokens.length - 1;
  if (predictions < 1) {
    throw new TextError(
      `evaluate: the text has ${tokens.length} tokens; at least 2 are needed to predict one.`,
    );
  }
  const layout = evaluationLayout(predictions);
  let state: RecurrentState | undefined;
  let sum = 0;
  let done = 0;
  /** The window whose losses are on their way, while the next one runs. */
  let running: { window: EvaluationWindow; losses: Promise<ArrayLike<number>> } | undefined;
  async function collect(): Promise<void> {
    if (running === undefined) return;
    const losses = await running.losses; // (T·S)
    running.window.scored.forEach((counts, i) => {
      if (counts === 1) sum += losses[i] ?? Number.NaN;
      done += counts;
    });
    options.onProgress?.(done, predictions);
  }

  try {
    for (const window of evaluationWindows(tokens, layout)) {
      options.signal?.throwIfAborted();
      const before = state;
      const run = () => scope(() => noGrad(() => score(model, window, layout.streams, before)));
      const queued = evaluating(model, run);
      disposeState(before);
      state = queued.state;
      const losses = queued.losses.data().finally(() => queued.losses.dispose());
      losses.catch(() => {}); // when collecting the window before fails, nobody waits for this one
      await collect();
      running = { window, losses };
    }
    await collect();
  } finally {
    disposeState(state);
  }
  const nats = sum / predictions;
  return { tokens: predictions, nats, bitsPerCharacter: nats / Math.LN2, perplexity: Math.exp(nats) };
}

/** The loss of every prediction of a window, (T·S), and the state behind it. */
function score(
  model: LanguageModel,
  window: EvaluationWindow,
  streams: number,
  state: RecurrentState | undefined,
) {
  const ids = tensor(window.inputs, { shape: [window.length, streams] });
  const { logits, state: next } = model.forward(ids, state);
  const flat = reshape(logits, [-1, model.config.vocabulary]);
  return { losses: crossEntropy(flat, tensor(window.targets), { reduction: "none" }), state: next };
}
