// Every kernel is complete by itself, so kernels of a family repeat some passages: repeated, they must not drift apart.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const sourcesOf = (folder: string, isOne: (source: string) => boolean = () => true): readonly string[] => {
  const url = new URL(`../../kernels/wgsl/${folder}/`, import.meta.url);
  return readdirSync(url, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".wgsl"))
    .map((file) => readFileSync(new URL(file, url), "utf8"))
    .filter(isOne);
};

/** A function ends at the first brace that begins a line, unless it stands on one. */
const fn = (name: string) => new RegExp(`^fn ${name}\\((?:.*\\}$|[\\s\\S]*?^\\})`, "m");

/** A passage, and how many kernels have it. */
type Passage = readonly [name: string, text: RegExp, count: number];

function areHeldToOneText(sources: readonly string[], passages: readonly Passage[]): void {
  it.each(passages)("%s", (_, text, count) => {
    const texts = sources.flatMap((source) => text.exec(source)?.[0] ?? []);
    expect(texts).toHaveLength(count);
    expect(new Set(texts).size).toBe(1);
  });
}

describe("recurrent kernels have one text of", () => {
  const sources = sourcesOf("recurrent");
  const having = (name: string): Passage => {
    const count = sources.filter((source) => source.includes(`\nfn ${name}(`)).length;
    expect(count).toBeGreaterThan(3);
    return [name, fn(name), count];
  };
  areHeldToOneText(sources, ["sigmoid", "tanhSafe", "lengthOf", "placeOf", "partFar"].map(having));
  // The GRU adds up three gates, all others four numbers.
  const ofFour = sources.filter((source) => source.includes("w: mat4x4<f32>) -> Sums"));
  areHeldToOneText(ofFour, [["accumulate", fn("accumulate"), 5]]);
});

describe("kernels that step have one text of", () => {
  const sources = sourcesOf("optimizer", (source) => source.includes("struct Group {"));
  it("at least six optimizers", () => expect(sources.length).toBeGreaterThanOrEqual(6));
  const inAll = (name: string, text: RegExp): Passage => [name, text, sources.length];
  const correcting = sources.filter((source) => source.includes("\nfn oneMinusPower("));
  areHeldToOneText(sources, [
    inAll("constants and parameters", /^const EXPONENT[\s\S]*?^struct Params[\s\S]*?^}/m),
    inAll("what is read", /^@group\(0\) @binding\(0\)[\s\S]*?@binding\(3\).*$/m),
    inAll("sumOfSquares", fn("sumOfSquares")),
    ["oneMinusPower", fn("oneMinusPower"), correcting.length],
    inAll("norm, scale and the lists of steps", /^ {2}let squares = [\s\S]*?^ {2}let write = .*$/m),
    inAll("a workgroup's blocks", /^ {2}let span = [\s\S]*?^ {2}var group: Group;$/m),
    inAll("a block's owner", /^ {2}for \(var block[\s\S]*?^ {6}let t = .*$/m),
    inAll("a gradient", /^ {4}if \(!isActive\)[\s\S]*?clamp.*$/m),
  ]);
});

describe("kernels of reductions have one text of", () => {
  areHeldToOneText(
    sourcesOf("reduce", (source) => source.includes("\nfn combine(")),
    ["isNaN", "load", "combine", "start"].map((name): Passage => [name, fn(name), 2]),
  );
});
