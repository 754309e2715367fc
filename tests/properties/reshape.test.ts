import { assign, clone, full, open, ShapeError, tensor } from "@weft/tensor";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { checkInBatches } from "./batches.js";
import { chains, run } from "./chain.js";
import { readAll } from "./readAll.js";
import { counted, valuesOf } from "./shown.js";

await open();

const examples = fc.record({
  shape: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 5 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
    {
      maxLength: 4,
    },
  ),
  links: chains,
});

it("1,000 chains of views show what they should, and share storage wherever strides allow it", () =>
  checkInBatches(examples, async (batch) => {
    const expected: number[][] = [];
    const found = await readAll(() =>
      batch.flatMap(({ shape, links }) => {
        const whole = counted(shape);
        const base = tensor(Int32Array.from(whole.base), { shape });
        const { x, shown } = run({ x: base, shown: whole }, links);
        expect(x.shape).toEqual(shown.shape);
        expect(x.storage === base.storage).toBe(shown.base === whole.base);

        const before = clone(x);
        expected.push(valuesOf(shown));
        // The base written: a view shows it, a copy does not.
        assign(base, full(shape, -1, { dtype: "i32" }));
        whole.base.fill(-1);
        const after = clone(x);
        expected.push(valuesOf(shown));
        // The view written: the base shows it; refused exactly where an element is shown more than once.
        const write = () => assign(x, full(x.shape, 7, { dtype: "i32" }));
        if (new Set(shown.places).size < shown.places.length) {
          expect(write).toThrow(ShapeError);
        } else {
          write();
          for (const place of shown.places) shown.base[place] = 7;
        }
        expected.push(whole.base);
        return [before, after, base];
      }),
    );
    expect(found).toEqual(expected);
  }));
