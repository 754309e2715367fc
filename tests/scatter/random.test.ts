// Whatever kernel a scatter takes, it computes what the simple one does.
import { kernels } from "@weft/kernels";
import {
  clone,
  expand,
  launch,
  open,
  type Shape,
  scatter,
  scatterAdd,
  slice,
  strided,
  type Tensor,
  tensor,
  transpose,
} from "@weft/tensor";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { sizeOf } from "../ops/array.js";
import { readAll } from "../properties/readAll.js";

await open();

interface Example {
  /** (outer, count, inner): the indices count along the middle axis. */
  readonly shape: readonly [outer: number, count: number, inner: number];
  readonly length: number;
  /** Whether all lines share a row of indices. */
  readonly shared: boolean;
  /** The share of the elements that most indices name. */
  readonly narrow: number;
  readonly lie: "plain" | "turned" | "sliced";
  readonly seed: number;
}

const axes = fc.record({ outer: fc.integer({ min: 1, max: 3 }), inner: fc.integer({ min: 1, max: 3 }) });

/** Hundreds of indices, and thousands for few lines. */
const examples: fc.Arbitrary<Example> = axes.chain(({ outer, inner }) =>
  fc.record({
    shape: fc
      .oneof(fc.integer({ min: 500, max: 1200 }), fc.integer({ min: 8000, max: 8600 }))
      .map((count): Example["shape"] => [outer, count, inner]),
    length: fc.integer({ min: 1, max: 400 }),
    shared: fc.boolean(),
    narrow: fc.constantFrom(1, 0.3, 0.01),
    lie: fc.constantFrom("plain", "turned", "sliced"),
    seed: fc.nat(1000),
  }),
);

/** Whole numbers from `low` up to `high`, without it. */
function whole(count: number, seed: number, low: number, high: number): Int32Array {
  let state = seed;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + Math.floor(((high - low) * state) / 2 ** 32);
  });
}

/** A tensor of whole numbers that lies in storage as the example says. */
function made({ lie, seed }: Example, shape: Shape, low: number, high: number): Tensor {
  const stored = lie === "turned" ? shape.toReversed() : shape.map((n) => (lie === "sliced" ? n + 2 : n));
  const data = whole(sizeOf(stored), seed + shape.length + high, low, high);
  const base = tensor(data, { shape: stored });
  if (lie === "turned") return transpose(base, 0, 2);
  return shape.reduce((part, n, axis) => (lie === "sliced" ? slice(part, axis, 1, n + 1) : part), base);
}

/** scatter.wgsl, whatever the shape. */
function simple(x: Tensor, index: Tensor, source: Tensor, add: boolean): Tensor {
  const out = clone(x);
  const [outer, count, inner] = source.shape as Example["shape"];
  const [i, s, o] = [index, source, out].map(({ strides }) => strides as Example["shape"]) as [
    Example["shape"],
    Example["shape"],
    Example["shape"],
  ];
  launch(
    kernels.scatter,
    { index: strided(index), source: strided(source), out },
    {
      axes: [outer, i[0], s[0], o[0], inner, i[2], s[2], o[2]],
      ...{ indexOffset: index.offset, sourceOffset: source.offset },
      ...{ indexStep: i[1], sourceStep: s[1], outStep: o[1], count },
      ...{ length: out.shape[1] as number, size: outer * inner },
    },
    { invocations: outer * inner, knobs: { RANK: 2, ADD: add ? 1 : 0, Element: "i32" } },
  );
  return out;
}

it.each([
  ["added", true],
  ["written", false],
])("40 random uses of many indices: what is %s", (_, add) =>
  fc.assert(
    fc.asyncProperty(fc.array(examples, { minLength: 10, maxLength: 10 }), async (batch) => {
      const found: Tensor[] = [];
      const expected: Tensor[] = [];
      const read = await readAll(() => {
        for (const example of batch) {
          const { shape, length, shared, narrow } = example;
          const x = made(example, [shape[0], length, shape[2]], -50, 50);
          const most = Math.ceil(length * narrow) + 1;
          const own = made(example, shared ? [1, shape[1], 1] : shape, -1, most);
          const index = shared ? expand(own, shape) : own;
          const source = made(example, shape, -50, 50);
          found.push((add ? scatterAdd : scatter)(x, 1, index, source));
          expected.push(simple(x, index, source, add));
        }
        return [...found, ...expected];
      });
      expect(read.slice(0, batch.length)).toEqual(read.slice(batch.length));
    }),
    { numRuns: 4 },
  ),
);
