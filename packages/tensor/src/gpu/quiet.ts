import { accessSync, closeSync, constants, fstatSync, openSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const STDERR = 2;

/**
 * Runs a synchronous body while what native code prints on stderr goes nowhere.
 *
 * Dawn greets most Linux drivers with warnings about limits, and it has no switch for them. Only a terminal or a
 * pipe can be opened a second time without harm (a file would lose its position), and a worker thread must leave
 * the process's descriptors alone; elsewhere the body just runs.
 */
export function quietly<T>(body: () => T): T {
  const kept = process.platform === "linux" && isMainThread ? openAgain(STDERR) : undefined;
  if (kept === undefined) return body();
  redirect("/dev/null");
  try {
    return body();
  } finally {
    redirect(`/proc/self/fd/${kept}`);
    closeSync(kept);
  }
}

/** A second descriptor of the same terminal or pipe; undefined for anything else. */
function openAgain(descriptor: number): number | undefined {
  try {
    const file = fstatSync(descriptor);
    if (!file.isFIFO() && !file.isCharacterDevice()) return undefined;
    accessSync("/dev/null", constants.W_OK);
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

/** A file that is opened takes the lowest free descriptor, which is the one closed just before. */
function redirect(path: string): void {
  closeSync(STDERR);
  openSync(path, constants.O_WRONLY | constants.O_NOCTTY);
}
