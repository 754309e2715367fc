import { type Evaluation, evaluate } from "../evaluate/evaluate.js";
import type { LanguageModel } from "../model/languageModel.js";
import { showProgress } from "./terminal/progress.js";

/** Evaluates a text and shows how far it is; undefined if it was stopped. */
export async function measure(
  model: LanguageModel,
  tokens: Int32Array,
  { unit, asLines, stop }: { readonly unit: string; readonly asLines: boolean; readonly stop: AbortSignal },
): Promise<Evaluation | undefined> {
  if (stop.aborted) return undefined;
  const progress = showProgress(unit, tokens.length - 1, asLines);
  try {
    const onProgress = (done: number) => progress.update(done, "");
    return await evaluate(model, tokens, { onProgress, signal: stop });
  } catch (error) {
    if (stop.aborted) return undefined;
    throw error;
  } finally {
    progress.stop();
  }
}
