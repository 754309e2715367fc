// matmul() and linear() against their definition, on random views of every layout that the kernels tell apart.
import { linear, matmul, open, type Tensor, tensor, transpose } from "@weft/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkInBatches } from "./batches.js";
import { readAll } from "./readAll.js";

await open();

/** A matrix cut out of a larger one, and whether it is the transposed view of what was cut. */
interface Cut {
  readonly transposed: boolean;
  /** Rows and columns of the larger matrix before and behind it. */
  readonly margins: readonly [above: number, below: number, left: number, right: number];
}

interface Example {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly a: Cut;
  readonly b: Cut;
  readonly values: readonly number[];
  readonly biased: boolean;
}

/** Multiples of four and others; 0 is left to the test of empty tensors. */
const length = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((n) => 4 * n),
  fc.integer({ min: 1, max: 21 }),
);
const margin = fc.oneof(fc.constant(0), fc.constant(4), fc.nat(3));
const cut: fc.Arbitrary<Cut> = fc.record({
  transposed: fc.boolean(),
  margins: fc.tuple(margin, margin, margin, margin),
});

const exampleOf = (sizes: { M: fc.Arbitrary<number>; K: fc.Arbitrary<number>; N: fc.Arbitrary<number> }) =>
  fc.record<Example>({
    ...sizes,
    ...{ a: cut, b: cut, biased: fc.boolean() },
    values: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 7, maxLength: 11 }),
  });

const valueAt = ({ values }: Example, i: number): number => values[i % values.length] as number;

/** The matrix as a view of one that holds NaN everywhere else: a number from there would show, even where it counts 0 times. */
function viewOf(
  rows: number,
  columns: number,
  { transposed, margins }: Cut,
  value: (i: number) => number,
): Tensor {
  const [above, below, left, right] = margins;
  const [inner, across] = transposed ? [columns, rows] : [rows, columns];
  const width = left + across + right;
  const data = new Float32Array((above + inner + below) * width).fill(Number.NaN);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [i, j] = transposed ? [c, r] : [r, c];
      data[(above + i) * width + left + j] = value(r * columns + c);
    }
  }
  const view = tensor(data, { shape: [above + inner + below, width] })
    .slice(0, above, above + inner)
    .slice(1, left, left + across);
  return transposed ? transpose(view) : view;
}

/** a · b, or, with a bias of N numbers, a · b + bias by linear(). */
function product(example: Example): Tensor {
  const { M, K, N, biased } = example;
  const a = viewOf(M, K, example.a, (i) => valueAt(example, i));
  const b = viewOf(K, N, example.b, (i) => valueAt(example, i + 1));
  const bias = tensor(Float32Array.from({ length: N }, (_, n) => valueAt(example, n + 2)));
  return biased ? linear(a, transpose(b), bias) : matmul(a, b);
}

/** Small whole numbers, so that every product and sum is exact in f32. */
function expected(example: Example): number[] {
  const { M, K, N, biased } = example;
  return Array.from({ length: M * N }, (_, i) => {
    const [m, n] = [Math.floor(i / N), i % N];
    let sum = biased ? valueAt(example, n + 2) : 0;
    for (let k = 0; k < K; k++) sum += valueAt(example, m * K + k) * valueAt(example, k * N + n + 1);
    return sum + 0; // −0 becomes 0
  });
}

const holds = async (batch: readonly Example[]): Promise<void> => {
  const found = await readAll(() => batch.map(product));
  for (const [i, example] of batch.entries()) {
    expect(
      found[i]?.map((v) => v + 0),
      JSON.stringify(example),
    ).toEqual(expected(example));
  }
};

describe("matmul", () => {
  it("is its definition for 1,000 random views", async () => {
    await checkInBatches(exampleOf({ M: length, K: length, N: length }), holds);
  });

  // 0 · ∞ is NaN: nothing beyond the last k may be multiplied.
  it.each([1, 2, 3, 4, 5, 7])("keeps infinity in the last of %i steps", async (K) => {
    const a = Float32Array.from({ length: 9 * K }, (_, i) => (i % K === K - 1 ? Infinity : 1));
    const b = Float32Array.from({ length: K * 8 }, (_, i) => (i >= (K - 1) * 8 ? Infinity : 1));
    const product = matmul(tensor(a, { shape: [9, K] }), tensor(b, { shape: [K, 8] }));
    expect([...(await product.data())]).toEqual(Array(72).fill(Infinity));
  });

  it("is so for matrices of more than a hundred rows", async () => {
    const [M, K] = [fc.integer({ min: 128, max: 150 }), fc.integer({ min: 128, max: 140 })];
    await fc.assert(
      fc.asyncProperty(exampleOf({ M, K, N: length }), (example) => holds([example])),
      { numRuns: 60 },
    );
  });
});
