import { describe, expect, it } from "vitest";
import { examplesOf, promisedValue, runExample } from "./example.js";
import { expectSameValue } from "./sameValue.js";

describe("promisedValue", () => {
  it.each([
    ["[0.5, -0.5]", [0.5, -0.5]],
    [" { h: [1], name: 'x' }", { h: [1], name: "x" }],
    ['"text"', "text"],
    ["1e-3", 0.001],
    ["NaN", Number.NaN],
    ["new Int32Array([1])", Int32Array.of(1)],
    ["undefined", undefined],
  ])("reads %s", (comment, value) => {
    expect(promisedValue(comment)).toEqual({ value });
  });

  it.each(["(2, 3)", "each (B, H)", "a tensor of two rows", "loss", "[0.5, …]", "2 rows", "x + 1"])(
    "takes %s for prose",
    (comment) => {
      expect(promisedValue(comment)).toBeUndefined();
    },
  );
});

describe("examplesOf", () => {
  it("finds the examples of functions, constants and methods", () => {
    const text = [
      "/** @example\n * f(); // 1\n */\nexport const f = () => 1;",
      "/** Prose. */\nexport class C {\n  /**\n   * @example\n   * new C().m(); // 2\n   * new C();\n   */\n  m() {}\n}",
    ].join("\n");
    expect(examplesOf("a.ts", text)).toEqual([
      { file: "a.ts", name: "f", code: "f(); // 1" },
      { file: "a.ts", name: "C.m", code: "new C().m(); // 2\nnew C();" },
    ]);
  });
});

describe("runExample", () => {
  const names = { twice: (x: number) => Promise.resolve([2 * x]) };

  it("passes where the values are as promised, and leaves prose alone", async () => {
    const code =
      'import { twice } from "somewhere";\nconst x: number = 2; // a number\ntwice(x); // [4]\nawait twice(1); // two';
    await runExample(code, names, expectSameValue);
  });

  it("fails where a value differs", async () => {
    await expect(runExample("await twice(2); // [5]", names, expectSameValue)).rejects.toThrow(
      "await twice(2) is [4], its comment says [5]",
    );
  });

  it("tells a typed array from an array where its comment does", async () => {
    const line = "new Int32Array([1]); // ";
    await runExample(`${line}[1]`, names, expectSameValue);
    await runExample(`${line}new Int32Array([1])`, names, expectSameValue);
    await expect(runExample(`${line}new Uint32Array([1])`, names, expectSameValue)).rejects.toThrow("is");
  });

  it("fails where a name is no longer exported", async () => {
    await expect(runExample('import { thrice } from "x";', names, expectSameValue)).rejects.toThrow("thrice");
  });
});
