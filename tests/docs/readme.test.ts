import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { filesBelow, readSource, root } from "./sources.js";

const run = promisify(execFile);

/** Stripped programs run from here, so that `@weft/*` is found as in a user's folder. */
const folder = join(root, "tests/dist/run");
const MINUTES = 60_000;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
});

/** Writes a TypeScript program without its types, as a JavaScript module; answers with the path. */
async function strip(name: string, source: string): Promise<string> {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } }; // every import stays
  const { code } = await transform(source, { loader: "ts", target: "es2022", tsconfigRaw });
  const path = join(folder, name);
  await writeFile(path, code);
  return path;
}

/** Dawn's own greeting on some drivers; Weft silences it on terminals and pipes, but Node gives a child sockets. */
const GREETING = /^Warning: \w+ artificially reduced from .*\n/gm;

/** Runs a program in a process of its own, which must end by itself and stay silent on stderr. */
async function runProgram(path: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [path], { cwd: root, timeout: 3 * MINUTES });
  expect(stderr.replace(GREETING, "")).toBe("");
  return stdout;
}

describe("README.md", () => {
  it("opens with a program that runs as it stands", { timeout: 4 * MINUTES }, async () => {
    const program = /^```ts\n(.*?)^```$/ms.exec(readSource("README.md"))?.[1];
    expect(program, "README.md needs a ```ts block").toBeDefined();
    expect(await runProgram(await strip("readme.js", program ?? ""))).not.toBe("");
  });
});

describe("examples", () => {
  const examples = existsSync(join(root, "examples")) ? filesBelow("examples", ".ts") : [];

  it("exist", () => {
    expect(examples).not.toEqual([]);
  });

  it.each(examples)("%s runs as it stands", { timeout: 4 * MINUTES }, async (file) => {
    const path = await strip(basename(file).replace(/\.ts$/, ".js"), readSource(file));
    expect(await runProgram(path)).not.toBe("");
  });
});
