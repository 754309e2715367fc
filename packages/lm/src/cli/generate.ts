import { restoreModel } from "../checkpoint/modelCheckpoint.js";
import { TextError } from "../errors.js";
import { generate } from "../generate/generate.js";
import { loadCheckpoint } from "../node/loadCheckpoint.js";
import { cleanText } from "../text/clean.js";
import { withDevice } from "./device.js";
import { Output, say } from "./terminal/output.js";

/** The options of `weft generate`. */
export interface GenerateCommand {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly seed?: number;
}

/** Writes a prompt's continuation to stdout, character by character. */
export async function generateCommand(folder: string, command: GenerateCommand): Promise<void> {
  const checkpoint = await loadCheckpoint(folder);
  const { tokenizer } = checkpoint;
  const prompt = cleanText(command.prompt);
  if (prompt === "") throw new TextError("--prompt is empty; give at least one character.");
  tokenizer.encode(prompt, "--prompt"); // an unknown character is told before the GPU opens
  const seed = command.seed ?? Math.floor(Math.random() * 2 ** 32);
  const output = new Output();
  await withDevice(async () => {
    const options = { ...command, seed, signal: output.closed };
    for await (const character of generate(restoreModel(checkpoint), tokenizer, prompt, options)) {
      await output.write(character);
    }
    await output.write("\n");
  });
  if (command.seed === undefined && !output.closed.aborted)
    say(`weft: --seed ${seed} gives this text again.`);
}
