import { zeros } from "@weft/tensor";
import { describe, expect, it } from "vitest";
import { declaredOptions } from "./declared.js";

/** Options that are right, and the call that takes them. */
export type Row = readonly [options: object, call: (options: never) => unknown];

/** What stands where options belong, and is none. */
const NO_OPTIONS = (): readonly unknown[] => [null, 3, "sum", [1], zeros([2]), () => 1];

/**
 * Proves of every function and class of a package that takes options that it refuses what is none, and names the ones that it has:
 * all of them, and no others. The table must have a row for each; `names` are those of messages, where they differ.
 */
export function proveOptions(
  declarations: readonly string[],
  table: Readonly<Record<string, Row>>,
  names: Readonly<Record<string, string>> = {},
): void {
  const declared = new Map(declarations.flatMap((file) => [...declaredOptions(file)]));

  it("has a row for every export that takes options", () => {
    expect(Object.keys(table).sort()).toEqual([...declared.keys()].sort());
  });

  describe.each(Object.entries(table))("%s", (name, [options, call]) => {
    const message = async (given: unknown): Promise<string> => {
      const error: unknown = await (async () => call(given as never))().then(
        () => undefined,
        (e) => e,
      );
      expect(error, `${name} took ${String(given)}`).toBeInstanceOf(TypeError);
      return (error as TypeError).message;
    };
    const who = names[name] ?? name;

    it("takes its options", async () => {
      await call(options as never);
    });

    it("refuses others, and says which there are", async () => {
      const said = await message({ ...options, bogus: 1 });
      const [, list = ""] = /use (.*)\.$/.exec(said) ?? [];
      expect(said).toBe(`${who}: there is no option "bogus"; use ${list}.`);
      expect(list.split(", ").sort()).toEqual(declared.get(name));
    });

    it("refuses what holds no options", async () => {
      for (const given of NO_OPTIONS()) {
        const said = await message(given);
        // backward() has a cure of its own for a tensor.
        if (!said.startsWith(`${who}: a loss takes no gradient; call `))
          expect(said).toMatch(/^[\w.]+: the options are [^\n]*; use an object, \{ \w+: … \}\.$/);
        expect(said.startsWith(`${who}: `), said).toBe(true);
      }
    });
  });
}
