import { expect, it } from "vitest";
import { programOf, runProgram, strip } from "./program.js";

const MINUTES = 60_000;

it("docs/training.md is a program that learns as it stands", { timeout: 4 * MINUTES }, async () => {
  const program = programOf("docs/training.md");
  expect(program.length).toBeGreaterThan(1000);
  const printed = await runProgram(await strip("training.js", program));
  expect(printed).toMatch(/^[\d.]+ nats\ntrue\n$/);
  expect(Number.parseFloat(printed)).toBeLessThan(0.05);
});
