import { open, permute, ShapeError, sub, type Tensor, tensor } from "@weft/tensor";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { indices, sizeOf } from "../ops/array.js";
import { checkInBatches } from "./batches.js";
import { readAll } from "./readAll.js";

await open();

interface Operand {
  readonly shape: readonly number[];
  /** Whether its axes lie in storage the other way round. */
  readonly turned: boolean;
}

/** Axis i of a tensor counted from the end; missing ones in front count as length 1. */
const fromEnd = (shape: readonly number[], i: number): number => shape[shape.length - 1 - i] ?? 1;

/** The broadcast shape by its definition, undefined where there is none. */
function common(a: readonly number[], b: readonly number[]): number[] | undefined {
  const shape: number[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [m, n] = [fromEnd(a, i), fromEnd(b, i)];
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.unshift(m === 1 ? n : m);
  }
  return shape;
}

/** Row-major place of the element that an operand has at an index of the result. */
function place(shape: readonly number[], index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return shape.reduce((sum, n, axis) => sum * n + (n === 1 ? 0 : (own[axis] as number)), 0);
}

/** The tensor first, first + 1, … in row-major order. */
function made({ shape, turned }: Operand, first: number): Tensor {
  const rising = { dtype: "i32" } as const;
  if (!turned) {
    return tensor(
      Int32Array.from({ length: sizeOf(shape) }, (_, i) => first + i),
      { ...rising, shape },
    );
  }
  const reversed = shape.toReversed();
  const values = Array.from(indices(reversed), (index) => first + place(shape, index.toReversed()));
  const stored = tensor(Int32Array.from(values), { ...rising, shape: reversed });
  return permute(
    stored,
    shape.map((_, axis) => shape.length - 1 - axis),
  );
}

/** Shapes of at most 8 axes and a few hundred elements. */
const shapes = fc.nat(8).chain((rank) =>
  fc.array(fc.integer({ min: rank > 5 ? 1 : 0, max: rank > 4 ? 2 : 4 }), {
    minLength: rank,
    maxLength: rank,
  }),
);

/** What is left of a shape without some axes in front, and with others of length 1: it broadcasts to the shape. */
const operandOf = (shape: readonly number[]): fc.Arbitrary<Operand> =>
  fc
    .record({
      skipped: fc.nat(shape.length),
      ones: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      turned: fc.boolean(),
    })
    .map(({ skipped, ones, turned }) => ({
      shape: shape.map((n, axis) => (ones[axis] === true ? 1 : n)).slice(skipped),
      turned,
    }));

const fitting = shapes.chain((shape) => fc.tuple(operandOf(shape), operandOf(shape)));

/** Any two shapes, most of which do not broadcast. */
const any = fc.tuple(
  fc.record({ shape: shapes, turned: fc.boolean() }),
  fc.record({ shape: shapes, turned: fc.boolean() }),
);

/** Compares a − b with plain numbers, or expects the error where the shapes do not broadcast. */
async function subtractsOrRefuses(batch: readonly (readonly [a: Operand, b: Operand])[]): Promise<void> {
  const possible = batch.filter(([a, b]) => common(a.shape, b.shape) !== undefined);
  for (const [a, b] of batch) {
    if (common(a.shape, b.shape) !== undefined) continue;
    expect(() => sub(made(a, 0), made(b, 0))).toThrow(ShapeError);
  }
  if (possible.length === 0) return;
  const found = await readAll(() =>
    possible.map(([a, b]) => {
      const difference = sub(made(a, 5000), made(b, 0));
      expect(difference.shape).toEqual(common(a.shape, b.shape));
      return difference;
    }),
  );
  const expected = possible.map(([a, b]) =>
    Array.from(
      indices(common(a.shape, b.shape) as number[]),
      (index) => 5000 + place(a.shape, index) - place(b.shape, index),
    ),
  );
  expect(found).toEqual(expected);
}

it("1,000 pairs of shapes that broadcast are subtracted element by element", () =>
  checkInBatches(fitting, async (batch) => {
    for (const [a, b] of batch) expect(common(a.shape, b.shape)).toBeDefined();
    await subtractsOrRefuses(batch);
  }));

it("1,000 pairs of any shapes are subtracted, or refused where they do not broadcast", () =>
  checkInBatches(any, subtractsOrRefuses));
