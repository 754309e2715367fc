import { expect, it } from "vitest";
import { programOf, runProgram, strip } from "./program.js";

it("docs/optimizers.md is a program that runs as it stands", { timeout: 240_000 }, async () => {
  const program = programOf("docs/optimizers.md");
  expect(await runProgram(await strip("optimizers.js", program))).toBe(
    "true [ '0.step', '0.exp_avg', '0.exp_avg_sq' ]\n",
  );
});
