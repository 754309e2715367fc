import { describe, expect, it } from "vitest";
import { programOf, runProgram, strip } from "./program.js";

const MINUTES = 60_000;

describe("docs/extending.md", () => {
  it("is a program that runs as it stands", { timeout: 4 * MINUTES }, async () => {
    const program = programOf("docs/extending.md");
    expect(program.length).toBeGreaterThan(1000);
    expect(await runProgram(await strip("extending.js", program))).toMatch(/^[\d.]+ \[/);
  });

  it("makes its op in about 20 lines", () => {
    const [, block = ""] = /^(const squaredHinge.*?^\}\);)/ms.exec(programOf("docs/extending.md")) ?? [];
    const kernel = /parseKernel\(.*?`\);/s.exec(programOf("docs/extending.md"))?.[0] ?? "";
    expect(block.split("\n").length + kernel.split("\n").length).toBeLessThanOrEqual(25);
  });
});
