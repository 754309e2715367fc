import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./reason.js";

/**
 * Makes a folder and those above it that are missing, and adds them to `made`, outermost first. (mkdir's own `recursive`
 * never ends in /proc.)
 *
 * @example
 * await makeFolder("runs/example");
 */
export async function makeFolder(path: string, made: string[] = []): Promise<void> {
  if ((await nearestExisting(path)) === path) return;
  await makeFolder(dirname(path), made);
  await mkdir(path);
  made.push(path);
}

/**
 * A path, or the nearest folder above it that exists.
 *
 * @example
 * await nearestExisting("LICENSE/missing"); // "LICENSE"
 */
export async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) === "ENOTDIR" || (codeOf(error) === "ENOENT" && parent !== path))
      return nearestExisting(parent);
    throw error;
  }
}
