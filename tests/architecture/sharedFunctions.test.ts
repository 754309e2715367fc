// Every kernel is complete by itself, so the recurrent kernels repeat some functions: repeated, they must not drift apart.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../kernels/wgsl/recurrent/", import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".wgsl"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"));

/** The texts that a function has in the kernels; it ends at the first brace that begins a line. */
const textsOf = (name: string): string[] =>
  sources.flatMap((source) => new RegExp(`^fn ${name}\\([^]*?^}`, "m").exec(source)?.[0] ?? []);

describe("a function that several recurrent kernels have", () => {
  it.each(["sigmoid", "tanhSafe", "lengthOf", "placeOf"])("%s is the same in all", (name) => {
    const texts = textsOf(name);
    expect(texts.length).toBeGreaterThan(3);
    expect(new Set(texts).size).toBe(1);
  });
});
