import { restoreModel } from "../checkpoint/modelCheckpoint.js";
import { TextError } from "../errors.js";
import { loadCheckpoint } from "../node/loadCheckpoint.js";
import { readText } from "../node/readText.js";
import { withDevice } from "./device.js";
import { measure } from "./measure.js";
import { watchInterruption } from "./terminal/interruption.js";
import { Output } from "./terminal/output.js";
import { counted, evaluationPhrase } from "./terminal/phrases.js";

/** Measures a saved model on all of a text file. */
export async function evaluateCommand(
  folder: string,
  { data, json = false }: { data: string; json?: boolean },
): Promise<void> {
  const checkpoint = await loadCheckpoint(folder);
  const tokens = checkpoint.tokenizer.encode(await readText(data), data);
  if (tokens.length < 2)
    throw new TextError(`${data}: one character is too short to predict; give 2 or more.`);
  const output = new Output();
  const interruption = watchInterruption();
  const stop = AbortSignal.any([interruption.signal, output.closed]);
  try {
    const evaluation = await withDevice(() =>
      measure(restoreModel(checkpoint), tokens, { unit: "character", asLines: false, stop }),
    );
    if (evaluation !== undefined && json) await output.line(evaluation);
    else if (evaluation !== undefined) {
      await output.write(`${evaluationPhrase(evaluation)} (${counted(evaluation.tokens)} characters)\n`);
    }
    if (interruption.exitCode !== undefined) process.exitCode = interruption.exitCode;
  } finally {
    interruption.stop();
  }
}
