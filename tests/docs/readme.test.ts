import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram, strip } from "./program.js";
import { filesBelow, readSource, root } from "./sources.js";

const MINUTES = 60_000;

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
