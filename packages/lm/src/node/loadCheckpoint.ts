import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, reasonOf } from "@weft/nn/node";
import { type Checkpoint, decodeCheckpoint } from "../checkpoint/checkpoint.js";
import { CheckpointError } from "../errors.js";
import { DESCRIPTION } from "./saveCheckpoint.js";

/**
 * Reads a checkpoint from a folder and checks all of it; `restoreModel` then builds the model on the GPU.
 *
 * @throws CheckpointError when the folder holds none, or one that is truncated, corrupt or of another version
 * @example
 * const tokenizer = new CharacterTokenizer("abc");
 * const model = new LanguageModel({ ...modelDefaults, vocabulary: tokenizer.size });
 * await saveCheckpoint("runs/example", await checkpointOf(model, tokenizer));
 * const checkpoint = await loadCheckpoint("runs/example");
 * checkpoint.tokenizer.characters; // "abc"
 */
export async function loadCheckpoint(folder: string): Promise<Checkpoint> {
  const path = join(folder, DESCRIPTION);
  const description = await readDescription(folder, path);
  return decodeCheckpoint(description, (name) => readWeights(join(folder, name)), path);
}

async function readDescription(folder: string, path: string): Promise<string> {
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new CheckpointError(`${folder}: this is a file; give the folder that weft train wrote.`);
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const exists = codeOf(error) === "ENOENT" && (await stat(folder).catch(() => undefined)) !== undefined;
    if (exists) {
      throw new CheckpointError(
        `${folder}: there is no checkpoint here (no ${DESCRIPTION}); give the folder that weft train wrote.`,
      );
    }
    throw new CheckpointError(`${folder}: cannot be read: ${reasonOf(error)}.`);
  }
}

async function readWeights(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new CheckpointError(`${path}: cannot be read: ${reasonOf(error)}.`);
  }
}
