import { type FileHandle, open } from "node:fs/promises";
import { checkOptions, type Device, type Tensor } from "@weft/tensor";
import { FileError, failing } from "../files/fileError.js";
import { headerLength, LENGTH_BYTES, parseHeader } from "../files/header.js";
import { type LoadedTensors, restore } from "../files/stateDict.js";
import { storedOf } from "../files/stored.js";
import { reasonOf } from "./reason.js";

/**
 * Reads a safetensors file to the GPU, one tensor after the other, so that the host never holds more than one; dtypes as
 * in `fromSafetensors`. The tensors live until `dispose()`, or until JavaScript collects them.
 *
 * @throws FileError when the file cannot be read, is no sound safetensors file, or holds what Weft has no dtype for
 * @throws DeviceError when the device cannot hold a tensor
 * @example
 * await saveSafetensors("runs/x.safetensors", { x: tensor([1, 2]) });
 * const { tensors } = await loadSafetensors("runs/x.safetensors");
 * await tensors.x.toArray(); // [1, 2]
 */
export async function loadSafetensors(
  path: string,
  options: { readonly device?: Device } = {},
): Promise<LoadedTensors> {
  checkOptions("loadSafetensors", options, ["device"]);
  const file = await attempt(path, () => open(path, "r"));
  const made: [name: string, tensor: Tensor][] = [];
  try {
    const { size } = await attempt(path, () => file.stat());
    const fail = failing(path);
    const read = (position: number, length: number) =>
      attempt(path, async () => {
        const bytes = new Uint8Array(length);
        const filled = await fill(file, bytes, position);
        if (filled < length) throw fail(`it ends at byte ${position + filled}`);
        return bytes;
      });
    const length = headerLength(await read(0, Math.min(size, LENGTH_BYTES)), size, fail);
    const dataStart = LENGTH_BYTES + length;
    const { entries, metadata } = parseHeader(await read(LENGTH_BYTES, length), size - dataStart, fail);
    for (const { name, dtype, shape, begin, end } of entries) {
      const bytes = await read(dataStart + begin, end - begin);
      made.push([name, restore(name, storedOf(dtype, shape, bytes), { ...options, name: path })]);
    }
    return { tensors: Object.fromEntries(made), metadata };
  } catch (error) {
    for (const [, tensor] of made) tensor.dispose();
    throw error;
  } finally {
    await file.close();
  }
}

/** What the system refuses, as an error of the file. */
async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${path}: cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Most bytes that are asked for at once: systems take at most 2 GiB. */
const MOST_AT_ONCE = 2 ** 30;

/** Fills an array from a place in the file; answers with the number of bytes there were. */
async function fill(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, MOST_AT_ONCE);
    const { bytesRead } = await file.read(bytes, filled, length, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
