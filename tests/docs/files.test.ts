import { describe, expect, it } from "vitest";
import { programOf, runProgram, strip } from "./program.js";

const MINUTES = 60_000;

describe("docs/files.md", () => {
  it("is a program that runs as it stands", { timeout: 4 * MINUTES }, async () => {
    const program = programOf("docs/files.md");
    expect(program).toContain("saveSafetensors(");
    expect(await runProgram(await strip("files.js", program))).toBe("{ format: 'pt', epoch: '3' }\n");
  });
});
