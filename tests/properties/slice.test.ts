import { assign, clone, full, open, slice, type Tensor, tensor } from "@weft/tensor";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { checkInBatches } from "./batches.js";
import { readAll } from "./readAll.js";
import { copied, counted, type Shown, seen, valuesOf } from "./shown.js";

await open();

interface Slice {
  readonly axis: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly step: number;
}

interface Example {
  readonly shape: readonly number[];
  readonly slices: readonly Slice[];
}

const position = fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined });

const examples: fc.Arbitrary<Example> = fc
  .array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      slices: fc.array(
        fc.record({
          axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
          start: position,
          end: position,
          step: fc.oneof(
            { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
            { weight: 1, arbitrary: fc.integer({ min: -4, max: -1 }) },
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  );

/** The positions that Python's slice(start, end, step) takes of n, one by one. */
function taken(n: number, { start, end, step }: Slice): number[] {
  const inside = (p: number) => (p < 0 ? p + n : p);
  const found: number[] = [];
  if (step > 0) {
    const limit = end === undefined ? n : Math.min(inside(end), n);
    for (let i = Math.max(inside(start ?? 0), 0); i < limit; i += step) found.push(i);
  } else {
    const limit = end === undefined ? -1 : Math.max(inside(end), -1);
    for (let i = start === undefined ? n - 1 : Math.min(inside(start), n - 1); i > limit; i += step)
      found.push(i);
  }
  return found;
}

/** The slice of the model; a negative step makes a copy. */
function sliced(view: Shown, each: Slice): Shown {
  const axis = (each.axis + view.shape.length) % view.shape.length;
  const positions = taken(view.shape[axis] as number, each);
  const part = seen(view, view.shape.with(axis, positions.length), (index) =>
    index.with(axis, positions[index[axis] as number] as number),
  );
  return each.step > 0 ? part : copied(part);
}

const run = (base: Tensor, { slices }: Example): Tensor =>
  slices.reduce((x, { axis, start, end, step }) => slice(x, axis, start, end, step), base);

const made = ({ base, shape }: Shown): Tensor => tensor(Int32Array.from(base), { shape });

it("1,000 chains of slices take what Python takes, and share storage unless a step is negative", () =>
  checkInBatches(examples, async (batch) => {
    const expected: number[][] = [];
    const found = await readAll(() =>
      batch.flatMap((example) => {
        const whole = counted(example.shape);
        const base = made(whole);
        const part = run(base, example);
        const shown = example.slices.reduce(sliced, whole);
        expect(part.shape).toEqual(shown.shape);
        expect(part.storage === base.storage).toBe(shown.base === whole.base);

        const before = clone(part);
        expected.push(valuesOf(shown));
        // The base written: a view shows it, a copy does not.
        assign(base, full(example.shape, -1, { dtype: "i32" }));
        whole.base.fill(-1);
        const after = clone(part);
        expected.push(valuesOf(shown));
        // The part written: the base shows it in these places and no others.
        assign(part, full(part.shape, 7, { dtype: "i32" }));
        for (const place of shown.places) shown.base[place] = 7;
        expected.push(whole.base);
        return [before, after, base];
      }),
    );
    expect(found).toEqual(expected);
  }));
