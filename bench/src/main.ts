// The command line of the benchmarks. Exit codes: 0 done, 1 failed or a result was wrong, 2 the command line makes no sense.
import { open } from "@weft/tensor";
import { Command, CommanderError } from "commander";
import type { Case } from "./case.js";
import { cases, kernelsWithoutCase } from "./cases.js";
import { requireWritable, writeReport } from "./report.js";
import type { CaseResult } from "./result.js";
import { run } from "./run.js";
import { table } from "./table.js";

/** A command line that makes no sense. */
class UsageError extends Error {}

const say = (text: string) => process.stderr.write(`${text}\n`);

function commandLine(): { filter?: string; json?: string } {
  return new Command("bench")
    .description("Checks every kernel against plain numbers, then times it, and layers and training steps.")
    .option("--filter <name>", "only the cases whose name contains this")
    .option("--json <file>", "also write the results to a file")
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError() {} }) // fail() tells errors in one line
    .parse()
    .opts();
}

/** Kernels may be named as in code or as their files: matmulSubgroup, matmul_subgroup. */
const plain = (name: string) => name.toLowerCase().replaceAll("_", "");

function chosen(filter = ""): readonly Case[] {
  const found = cases.filter(({ name }) => plain(name).includes(plain(filter)));
  if (found.length > 0) return found;
  const names = [...new Set(cases.map(({ name }) => name))].join(", ");
  throw new UsageError(
    `--filter is ${JSON.stringify(filter)}, which is part of no name; names are ${names}.`,
  );
}

async function main(): Promise<void> {
  const { filter, json } = commandLine();
  const missing = kernelsWithoutCase();
  if (missing.length > 0) throw new Error(`no case for ${missing.join(", ")}; add one in bench/src/cases.`);
  const selected = chosen(filter);
  if (json !== undefined) await requireWritable(json);

  const date = new Date().toISOString();
  const device = await open();
  try {
    const { info } = device;
    const results: CaseResult[] = [];
    for (const [n, one] of selected.entries()) {
      say(`${n + 1}/${selected.length} ${one.name} ${one.size}`);
      results.push(await run(device, one));
    }
    const adapter = [info.device, info.description].filter((part) => part !== "").join(", ");
    process.stdout.write(`${adapter} (${info.source}), Node ${process.version}\n\n${table(results)}`);
    if (json !== undefined)
      await writeReport(json, { date, node: process.version, adapter: info, cases: results });
  } finally {
    device.close();
  }
}

function fail(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return; // --help has been printed
  const message = error instanceof Error ? error.message : String(error);
  say(
    `bench: ${message
      .replace(/^error: /, "")
      .replaceAll(/\s*\n\s*/g, " ")
      .trim()}`,
  );
  process.exitCode = error instanceof CommanderError || error instanceof UsageError ? 2 : 1;
}

process.stdout.on("error", () => {}); // nobody reads any more, as in `npm run bench | head`
await main().catch(fail);
