import { constants } from "node:os";
import { removeUnfinished } from "@weft/nn/node";
import { say } from "./output.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const SHOW_CURSOR = "\u001B[?25h";

/** A wish to stop, by Ctrl-C or by the system. */
export interface Interruption {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** What the process shall exit with: 128 + the signal's number, as shells do it; undefined if nothing came. */
  readonly exitCode: number | undefined;
  /** Gives the signals back. */
  stop(): void;
}

/** Takes Ctrl-C (SIGINT), SIGTERM and a closed terminal (SIGHUP): the first asks for a clean stop, a second one quits at once. */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let firstAt = 0;
  const onSignal = (name: (typeof SIGNALS)[number]) => {
    const now = performance.now();
    if (exitCode === undefined) {
      exitCode = 128 + constants.signals[name];
      firstAt = now;
      controller.abort();
    } else if (now - firstAt > 300) {
      // Under npm one Ctrl-C arrives twice, from the terminal and from npm; hence the time between them.
      removeUnfinished();
      if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
      say("weft: quit without saving.");
      process.exit(exitCode);
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stop() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
