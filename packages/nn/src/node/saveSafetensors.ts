import { dirname, resolve } from "node:path";
import type { Tensor } from "@weft/tensor";
import { FileError } from "../files/fileError.js";
import { type Metadata, safetensorsParts } from "../files/safetensors.js";
import { storeTensors } from "../files/stateDict.js";
import { makeFolder } from "./makeFolder.js";
import { codeOf, reasonOf } from "./reason.js";
import { writeDurably } from "./writeDurably.js";

/**
 * Writes tensors to a safetensors file, which PyTorch and others can read; `toSafetensors` tells what is in it. The
 * tensors are those of the moment of the call, and whatever interrupts the writing, the path holds the old file or the
 * new one in full. Folders that are missing are made.
 *
 * @throws TypeError when the state is no tensors by name, such as a model
 * @throws FileError when the file cannot be written
 * @throws DisposedError when a tensor was freed
 * @example
 * const layer = new Linear(2, 1);
 * await saveSafetensors("runs/linear.safetensors", layer.stateDict(), { epoch: "3" });
 * const { tensors, metadata } = await loadSafetensors("runs/linear.safetensors");
 * layer.loadStateDict(tensors);
 * metadata; // { format: "pt", epoch: "3" }
 */
export async function saveSafetensors(
  path: string,
  state: Readonly<Record<string, Tensor>>,
  metadata: Metadata = {},
): Promise<void> {
  const parts = safetensorsParts(await storeTensors(state), { format: "pt", ...metadata });
  try {
    await makeFolder(dirname(resolve(path)));
    await writeDurably(path, parts);
  } catch (error) {
    // All folders are there now: this one, such as /proc, takes no files.
    const reason =
      codeOf(error) === "ENOENT" ? "its folder takes no new files; give another path" : reasonOf(error);
    throw new FileError(`${path}: cannot be written: ${reason}.`, { cause: error });
  }
}
