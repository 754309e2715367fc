import * as weft from "@weft/tensor";
import { cast, open, permute, slice, type Tensor, tensor } from "@weft/tensor";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Array64, indices, sizeOf } from "../ops/array.js";
import { gather, indexAdd, indexSelect, scatter } from "../ops/reference/index.js";
import { argsort, first, searchSorted, sorted } from "../ops/reference/sort.js";
import { checkInBatches } from "./batches.js";
import { readAll } from "./readAll.js";

await open();

/** Whole numbers of a shape, whose tensor lies in storage in another order of axes and behind others on the last one. */
interface Operand {
  readonly array: Array64;
  readonly axes: readonly number[];
  readonly skipped: number;
}

const operand = (shape: readonly number[], low: number, high: number): fc.Arbitrary<Operand> => {
  const size = sizeOf(shape);
  return fc.record({
    array: fc
      .array(fc.integer({ min: low, max: high }), { minLength: size, maxLength: size })
      .map((numbers) => ({ shape, data: Float64Array.from(numbers) })),
    axes: fc.shuffledSubarray(
      shape.map((_, i) => i),
      { minLength: shape.length },
    ),
    skipped: fc.nat(2),
  });
};

/** The tensor, of dtype i32. */
function made({ array, axes, skipped }: Operand): Tensor {
  const stored = axes.map((axis) => array.shape[axis] as number);
  const wide = stored.with(-1, (stored.at(-1) as number) + skipped);
  const place = (index: readonly number[]) =>
    array.shape.reduce((sum, n, axis) => sum * n + (index[axes.indexOf(axis)] as number), 0);
  const values = Array.from(indices(wide), (index) => {
    const last = (index.at(-1) as number) - skipped;
    return last < 0 ? 77 : (array.data[place(index.with(-1, last))] as number);
  });
  const base = tensor(Int32Array.from(values), { shape: wide });
  return permute(
    slice(base, -1, skipped),
    array.shape.map((_, axis) => axes.indexOf(axis)),
  );
}

interface Place {
  readonly shape: readonly number[];
  readonly axis: number;
  /** How long the index is. */
  readonly count: number;
}

const places: fc.Arbitrary<Place> = fc
  .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1), count: fc.nat(7) }),
  );

interface Example {
  readonly x: Operand;
  readonly axis: number;
  readonly index: Operand;
  readonly source: Operand;
}

/** Now and then one before or behind the axis. */
const indexOf = (shape: readonly number[], length: number): fc.Arbitrary<Operand> =>
  operand(shape, -1, length);

/** An index with the axes of x, nowhere longer but on one. */
const lines: fc.Arbitrary<Example> = places.chain(({ shape, axis, count }) =>
  fc.tuple(...shape.map((n, i) => (i === axis ? fc.constant(count) : fc.nat(n)))).chain((own) =>
    fc.record({
      x: operand(shape, -50, 50),
      axis: fc.constant(axis),
      index: indexOf(own, shape[axis] as number),
      source: operand(own, -50, 50),
    }),
  ),
);

/** An index (n). */
const slices: fc.Arbitrary<Example> = places.chain(({ shape, axis, count }) =>
  fc.record({
    x: operand(shape, -50, 50),
    axis: fc.constant(axis),
    index: indexOf([count], shape[axis] as number),
    source: operand(shape.with(axis, count), -50, 50),
  }),
);

type Run = (x: Tensor, axis: number, index: Tensor, source: Tensor) => Tensor;
type Reference = (axis: number) => (x: Array64, index: Array64, source: Array64) => Array64;

/** Integers: what lies outside the axis is 0. */
const whole = ({ data }: Array64): number[] => Array.from(data, (v) => (Number.isNaN(v) ? 0 : v));

async function agree(batch: readonly Example[], run: Run, reference: Reference): Promise<void> {
  const found = await readAll(() =>
    batch.map(({ x, axis, index, source }) => run(made(x), axis, made(index), made(source))),
  );
  const expected = batch.map(({ x, axis, index, source }) =>
    reference(axis)(x.array, index.array, source.array),
  );
  expect(found).toEqual(expected.map(whole));
}

const sum = (old: number, added: number) => old + added;
const last = (_: number, written: number) => written;

it.each<[name: string, cases: fc.Arbitrary<Example>, run: Run, reference: Reference]>([
  ["gather", lines, weft.gather, gather],
  ["scatter", lines, weft.scatter, (axis) => scatter(axis, last)],
  ["scatterAdd", lines, weft.scatterAdd, (axis) => scatter(axis, sum)],
  ["indexSelect", slices, weft.indexSelect, indexSelect],
  ["indexAdd", slices, weft.indexAdd, indexAdd],
])("1,000 random uses of %s", (_, cases, run, reference) =>
  checkInBatches(cases, (batch) => agree(batch, run, reference)),
);

interface Sorting {
  readonly x: Operand;
  readonly axis: number;
  readonly descending: boolean;
  /** For topK, a share of the axis. */
  readonly share: number;
}

/** Few different numbers, so that many are equal. */
const sortings: fc.Arbitrary<Sorting> = places.chain(({ shape, axis, count }) =>
  fc.record({
    x: operand(shape.with(axis, (shape[axis] as number) * count), -4, 4),
    axis: fc.constant(axis),
    descending: fc.boolean(),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

/** Values and indices of random tensors, sorted as floats and as integers by turns. */
const sortsAlike = (
  batch: readonly Sorting[],
  cut: (example: Sorting) => number,
  run: (x: Tensor, k: number, example: Sorting) => weft.Sorted,
): Promise<void> =>
  readAll(() =>
    batch.flatMap((example, i) => {
      const x = made(example.x);
      const { values, indices } = run(i % 2 === 0 ? x : cast(x, "f32"), cut(example), example);
      return [cast(values, "i32"), indices];
    }),
  ).then((found) => {
    const expected = batch.flatMap((example) => {
      const { x, axis, descending } = example;
      const part = first(axis, cut(example));
      return [sorted, argsort].map((f) => whole(part(f(axis, descending)(x.array))));
    });
    expect(found).toEqual(expected);
  });

const lengthOf = ({ x, axis }: Sorting): number => x.array.shape[axis] as number;

it("1,000 random tensors are sorted", () =>
  checkInBatches(sortings, (batch) =>
    sortsAlike(batch, lengthOf, (x, _, { axis, descending }) => weft.sort(x, { axis, descending })),
  ));

it("1,000 random tensors give their largest or smallest elements", () =>
  checkInBatches(sortings, (batch) =>
    sortsAlike(
      batch,
      (example) => Math.round(example.share * lengthOf(example)),
      (x, k, { axis, descending }) => weft.topK(x, k, { axis, largest: descending }),
    ),
  ));

interface Search {
  readonly rows: Operand;
  readonly values: Operand;
  readonly right: boolean;
}

/** Sorted rows, one for each row of values or one for all. */
const searches: fc.Arbitrary<Search> = fc
  .record({
    leading: fc.array(fc.nat(3), { maxLength: 2 }),
    n: fc.nat(9),
    m: fc.nat(6),
    shared: fc.boolean(),
  })
  .chain(({ leading, n, m, shared }) =>
    fc.record({
      rows: operand([...(shared ? [] : leading), n], -9, 9).map(({ array, ...rest }) => ({
        array: sorted(array.shape.length - 1)(array),
        ...rest,
      })),
      values: operand([...leading, m], -10, 10),
      right: fc.boolean(),
    }),
  );

it("1,000 random searches in sorted rows", () =>
  checkInBatches(searches, async (batch) => {
    const found = await readAll(() =>
      batch.map(({ rows, values, right }) => weft.searchSorted(made(rows), made(values), { right })),
    );
    expect(found).toEqual(
      batch.map(({ rows, values, right }) => whole(searchSorted(right)(rows.array, values.array))),
    );
  }));
