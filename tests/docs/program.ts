import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { expect } from "vitest";
import { readSource, root } from "./sources.js";

const run = promisify(execFile);

/** Stripped programs run from here, so that `@weft/*` is found as in a user's folder. */
const folder = join(root, "tests/dist/run");
const MINUTES = 60_000;

/** The ```ts blocks of a page. */
export const blocksOf = (page: string): string[] =>
  [...readSource(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = ""]) => block);

/** The ```ts blocks of a page, as one program. */
export const programOf = (page: string): string => blocksOf(page).join("");

/** Writes a TypeScript program without its types, as a JavaScript module; answers with the path. */
export async function strip(name: string, source: string): Promise<string> {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } }; // every import stays
  const { code } = await transform(source, { loader: "ts", target: "es2022", tsconfigRaw });
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path, code);
  return path;
}

/** Dawn's own greeting on some drivers; Weft silences it on terminals and pipes, but Node gives a child sockets. */
const GREETING = /^Warning: \w+ artificially reduced from .*\n/gm;

/** Runs a program in a process of its own, which must end by itself and stay silent on stderr. */
export async function runProgram(path: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [path], { cwd: root, timeout: 3 * MINUTES });
  expect(stderr.replace(GREETING, "")).toBe("");
  return stdout;
}
