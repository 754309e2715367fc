import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { page } from "./page.js";

it("docs/ops.md is what the table says; `npm run docs` writes it", () => {
  expect(readFileSync(new URL("../../docs/ops.md", import.meta.url), "utf8")).toBe(page());
});
