// einsum() against its definition, a loop over all values of all indices, on random equations.
import { einsum, open, tensor } from "@weft/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Array64, build } from "../ops/array.js";
import { type Loops, summation } from "../ops/reference/einsum.js";
import { checkInBatches } from "./batches.js";
import { readAll } from "./readAll.js";

await open();

const LETTERS = ["a", "B", "c", "D", "e"] as const;
const ELLIPSIS = "...";

interface Example {
  readonly equation: string;
  /** The same with a letter for each axis under an ellipsis, and with an arrow. */
  readonly loops: Loops;
  readonly operands: readonly Array64[];
}

const length = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constant(0));

const example: fc.Arbitrary<Example> = fc
  .record({
    lengths: fc.array(length, { minLength: 7, maxLength: 7 }),
    operands: fc.array(
      fc.record({
        letters: fc.array(fc.constantFrom(...LETTERS), { maxLength: 3 }),
        /** How many axes an ellipsis covers; −1 for none. */
        covered: fc.integer({ min: -1, max: 2 }),
        place: fc.nat(3),
        stretched: fc.array(fc.nat(5), { minLength: 7, maxLength: 7 }),
        values: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 11 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    output: fc.option(fc.shuffledSubarray([...LETTERS, ELLIPSIS])),
    spaces: fc.array(fc.nat(40), { maxLength: 4 }),
  })
  .map(({ lengths, operands, output, spaces }) => {
    const terms = operands.map(({ letters, covered, place }) =>
      covered < 0 ? letters : letters.toSpliced(place, 0, ELLIPSIS as never),
    );
    const unfold = (term: readonly string[], covered: number) =>
      term.flatMap((name) => (name === ELLIPSIS ? ["x", "y"].slice(2 - covered) : [name]));
    const names = terms.map((term, i) => unfold(term, operands[i]?.covered as number));
    const all = [...LETTERS, "x", "y"];
    const arrays = operands.map(({ stretched, values }, i) => {
      const shape = (names[i] as string[]).map((name) => {
        const index = all.indexOf(name);
        return stretched[index] === 0 ? 1 : (lengths[index] as number);
      });
      let next = 0;
      return build(shape, () => values[next++ % values.length] as number);
    });

    const used = new Set(terms.flat());
    const covered = Math.max(0, ...operands.map((operand) => operand.covered));
    const wanted = output?.filter((name) => name === ELLIPSIS || used.has(name as never));
    const count = (name: string) => terms.flat().filter((other) => other === name).length;
    const implied = [ELLIPSIS, ...LETTERS.filter((name) => count(name) === 1).toSorted()];
    const right = wanted === undefined ? "" : `->${wanted.join("")}`;
    const equation = spaces.reduce(
      (text, at) => spaced(text, at),
      `${terms.map((term) => term.join("")).join(",")}${right}`,
    );
    const loops: Loops = `${names.map((list) => list.join("")).join(",")}->${unfold(wanted ?? implied, covered).join("")}`;
    return { equation, loops, operands: arrays };
  });

/** A space at this place, unless it would part an ellipsis or an arrow. */
const spaced = (text: string, at: number): string =>
  /^(?:\.|>)/.test(text.slice(at)) ? text : `${text.slice(0, at)} ${text.slice(at)}`;

describe("einsum", () => {
  it("is its definition for 1,000 random equations", async () => {
    await checkInBatches(example, async (batch) => {
      let shapes: (readonly number[])[] = [];
      const found = await readAll(() => {
        const results = batch.map(({ equation, operands }) =>
          einsum(equation, ...operands.map(({ shape, data }) => tensor([...data], { shape }))),
        );
        shapes = results.map(({ shape }) => shape);
        return results;
      });
      for (const [i, { equation, loops, operands }] of batch.entries()) {
        const { shape, data } = summation(loops)(...operands);
        expect(shapes[i], equation).toEqual(shape);
        // Small whole numbers: every product and sum is exact in f32. Adding 0 makes −0 0.
        expect(
          found[i]?.map((v) => v + 0),
          equation,
        ).toEqual(Array.from(data, (v) => v + 0));
      }
    });
  });
});
