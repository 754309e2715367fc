// The `weft` command. Exit codes: 0 done, 1 failed, 2 the command line makes no sense, 130 and 143 stopped by a signal.
import { CommanderError } from "commander";
import { weftProgram } from "./program.js";
import { say } from "./terminal/output.js";
import { UsageError } from "./usageError.js";

/** Ends in one line on stderr whatever was thrown; WEFT_DEBUG=1 adds where. */
function fail(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return; // --help and --version have been printed
  const isUsage = error instanceof CommanderError || error instanceof UsageError;
  process.exitCode = isUsage ? 2 : 1;
  if (error instanceof CommanderError && error.code === "commander.help") return; // no command given: help was printed
  say(`weft: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  if (process.env["WEFT_DEBUG"] === "1" && error instanceof Error) say(error.stack ?? "");
}

function oneLine(message: string): string {
  return message
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
}

// When nobody reads stderr any more, people miss something; the work goes on.
process.stderr.on("error", () => {});
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

try {
  await weftProgram().parseAsync();
} catch (error) {
  fail(error);
}
