import { randomUUID } from "node:crypto";
import { unlinkSync } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

type Content = string | Uint8Array | Iterable<Uint8Array>;

/** Temporary files that are being written right now. */
const unfinished = new Set<string>();

/**
 * Deletes the temporary files of writes that a process about to exit will not finish.
 *
 * @example
 * removeUnfinished(); // undefined
 */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // It was renamed or never made; either way nothing is left of it.
    }
  }
}

/**
 * Writes a file so that at every moment, also after a power failure, its path holds the old content or the new one in
 * full: the bytes go to a temporary file beside it, are flushed to the disk, and take the path's place by renaming; then
 * the folder is flushed, so that the new name is on the disk before anything later is.
 *
 * @param content a text, bytes, or bytes in parts
 * @example
 * await makeFolder("runs");
 * await writeDurably("runs/notes.txt", "one epoch done");
 */
export async function writeDurably(path: string, content: Content): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  unfinished.add(temporary);
  try {
    await writeAndFlush(temporary, content);
    await rename(temporary, path);
    await flushFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
    unfinished.delete(temporary);
  }
}

async function writeAndFlush(path: string, content: Content): Promise<void> {
  const file = await open(path, "w");
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there; NTFS journals renames itself
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
