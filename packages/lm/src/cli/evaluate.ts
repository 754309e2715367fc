import { restoreModel } from "../checkpoint/modelCheckpoint.js";
import { TextError } from "../errors.js";
import { evaluate } from "../evaluate/evaluate.js";
import { loadCheckpoint } from "../node/loadCheckpoint.js";
import { readText } from "../node/readText.js";
import { withDevice } from "./device.js";
import { Output } from "./output.js";
import { counted, evaluationPhrase } from "./phrases.js";
import { showProgress } from "./progress.js";

/** Measures a saved model on all of a text file. */
export async function evaluateCommand(
  folder: string,
  { data, json }: { data: string; json?: boolean },
): Promise<void> {
  const checkpoint = await loadCheckpoint(folder);
  const tokens = checkpoint.tokenizer.encode(await readText(data), data);
  if (tokens.length < 2)
    throw new TextError(`${data}: ${counted(tokens.length)} character; at least 2 are needed.`);
  const output = new Output();
  const evaluation = await withDevice(async () => {
    const progress = showProgress("character", tokens.length - 1);
    try {
      return await evaluate(restoreModel(checkpoint), tokens, {
        onProgress: (done) => progress.update(done, ""),
        signal: output.closed,
      });
    } finally {
      progress.stop();
    }
  });
  if (json) await output.line(evaluation);
  else await output.write(`${evaluationPhrase(evaluation)}\n`);
}
