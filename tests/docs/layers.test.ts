import * as nn from "@weft/nn";
import { describe, expect, it } from "vitest";
import { programOf, runProgram, strip } from "./program.js";
import { readSource } from "./sources.js";

const MINUTES = 60_000;

describe("docs/layers.md", () => {
  const page = readSource("docs/layers.md");

  it("is a program that runs as it stands", { timeout: 4 * MINUTES }, async () => {
    const printed = await runProgram(await strip("layers.js", programOf("docs/layers.md")));
    expect(printed).toMatch(/^module +output +tensor +count +bytes$/m);
    expect(printed).toMatch(/decoder: Linear +\(20, 4, 65\) +weight \(65, 32\) = embedding\.weight$/m);
    expect(printed).toMatch(/^\[ 20, 4, 65 \]$/m);
  });

  it("lists layers that there are", () => {
    const rows = [...page.matchAll(/^\| (`.*?`) \|/gm)].map(([, cell]) => cell as string);
    const names = rows.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name as string));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !(name in nn))).toEqual([]);
  });
});
