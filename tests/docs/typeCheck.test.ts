import { describe, expect, it } from "vitest";
import { examplesOf } from "./example.js";
import { blocksOf, programOf } from "./program.js";
import { filesBelow, readSource } from "./sources.js";
import { faultsOf } from "./typeCheck.js";

/** What the examples of docstrings take for granted. */
const IMPORTS = `
import { kernels, parseKernel } from "@weft/kernels";
import { defineMultiOp, defineOp, defineView, launch, mul, square, type Tensor, tensor, zeros } from "@weft/tensor";
`;

const nameOf = (page: string): string => page.replaceAll("/", "_").replace(/\.md$/, ".ts");

describe("the programs of the documentation", () => {
  const pages = filesBelow("docs", ".md").filter((page) => blocksOf(page).length > 0);

  it("are there", () => {
    expect(pages.length).toBeGreaterThanOrEqual(5);
  });

  it("hold to strict types", { timeout: 240_000 }, () => {
    const ofReadme = blocksOf("README.md").map((block, i) => [`README_${i + 1}.ts`, block]);
    const programs = Object.fromEntries([
      ...ofReadme,
      ...pages.map((page) => [nameOf(page), programOf(page)]),
    ]);
    expect(faultsOf(programs)).toEqual([]);
  });

  it("and the examples of ops of one's own hold to them too", { timeout: 240_000 }, () => {
    const file = "packages/tensor/src/op.ts";
    const examples = examplesOf(file, readSource(file));
    expect(examples.map(({ name }) => name)).toEqual(["defineOp", "defineMultiOp", "defineView"]);
    const programs = examples.map(({ name, code }) => [`${name}.ts`, `${IMPORTS}${code}`]);
    expect(faultsOf(Object.fromEntries(programs))).toEqual([]);
  });

  it("would be found out", { timeout: 240_000 }, () => {
    const wrong = 'import { ones } from "@weft/tensor";\nexport const x: string = ones([1]).shape[0];\n';
    expect(faultsOf({ "wrong.ts": wrong })).toEqual([
      "wrong.ts:2: Type 'number | undefined' is not assignable to type 'string'.   Type 'undefined' is not assignable to type 'string'.",
    ]);
  });
});
