import { access, constants, readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { codeOf, makeFolder, nearestExisting, reasonOf, writeDurably } from "@weft/nn/node";
import { type Checkpoint, encodeCheckpoint } from "../checkpoint/checkpoint.js";
import { FORMAT } from "../checkpoint/description.js";
import { CheckpointError } from "../errors.js";

/** The file that makes a folder a checkpoint. */
export const DESCRIPTION = "model.json";
const WEIGHTS = /^model-[0-9a-f]{12}\.safetensors$/;

/**
 * Saves a checkpoint to a folder, which is made if need be. Whatever interrupts this, the folder holds a loadable
 * checkpoint, the old or the new one: the weights are written first, under a name of their own, then model.json, which
 * names them, takes the place of the old one in a single step, and only then are older weights deleted.
 *
 * @throws CheckpointError when the folder cannot be written
 * @example
 * const tokenizer = new CharacterTokenizer("abc");
 * const model = new LanguageModel({ ...modelDefaults, vocabulary: tokenizer.size });
 * await saveCheckpoint("runs/example", await checkpointOf(model, tokenizer));
 */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { description, weightsName, weights } = await encodeCheckpoint(checkpoint);
  const made: string[] = [];
  try {
    await makeFolder(resolve(folder), made);
    await writeDurably(join(folder, weightsName), weights);
    await writeDurably(join(folder, DESCRIPTION), description);
    for (const name of await readdir(folder)) {
      if (WEIGHTS.test(name) && name !== weightsName) await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    await removeUnnamed(join(folder, weightsName), join(folder, DESCRIPTION));
    await removeEmpty(made);
    throw new CheckpointError(`${folder}: cannot be written: ${reasonOf(error)}.`);
  }
}

/** Deletes weights that no model.json names, because saving stopped between the two. */
async function removeUnnamed(weights: string, description: string): Promise<void> {
  // A model.json that is not there names nothing; one that cannot be read may name them.
  const named = await readFile(description, "utf8").catch((error) =>
    ["ENOENT", "EISDIR"].includes(String(codeOf(error))) ? "" : undefined,
  );
  if (named === undefined) return;
  if (!named.includes(basename(weights))) await rm(weights, { force: true }).catch(() => {});
}

/**
 * Finds out before a long training whether its checkpoint can be saved: the folder, or the one it will be made in, must
 * be a writable folder, and no model.json of something else may be in it. A folder made on trial is removed again.
 *
 * @throws CheckpointError that says what is in the way
 * @example
 * await checkSaveFolder("runs/example"); // undefined
 */
export async function checkSaveFolder(folder: string): Promise<void> {
  if (folder === "") throw new CheckpointError("the name of the folder to save in is empty; give one.");
  const path = resolve(folder);
  const made: string[] = [];
  try {
    const existing = await nearestExisting(path);
    if (!(await stat(existing)).isDirectory()) {
      throw new CheckpointError(
        `${folder}: ${existing === path ? "it" : existing} is a file; give another folder.`,
      );
    }
    await access(existing, constants.W_OK | constants.X_OK);
    await makeFolder(path, made);
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(`${folder}: cannot be written: ${reasonOf(error)}.`);
  } finally {
    await removeEmpty(made);
  }
  if (!(await mayReplace(join(path, DESCRIPTION)))) {
    throw new CheckpointError(
      `${folder}: its ${DESCRIPTION} is not Weft's and would be lost; give another folder.`,
    );
  }
}

/** Removes folders, innermost first, as far as they are empty. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => {});
}

/** Whether a model.json is missing, or one that Weft wrote (also a damaged one). */
async function mayReplace(path: string): Promise<boolean> {
  try {
    return (await readFile(path, "utf8")).includes(FORMAT);
  } catch (error) {
    return codeOf(error) === "ENOENT";
  }
}
