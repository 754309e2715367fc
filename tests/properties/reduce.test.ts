// A thousand random reductions: any op, shape, axes and view, against the float64 reference.
import * as weft from "@weft/tensor";
import { expand, open, permute, type ReduceOptions, scope, slice, type Tensor, tensor } from "@weft/tensor";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Array64, build, numbers, sizeOf } from "../ops/array.js";
import * as reference from "../ops/reference/reduce.js";

const CASES = 1000;

beforeAll(async () => {
  await open();
});

interface Reduction {
  readonly run: (x: Tensor, options: ReduceOptions) => Tensor;
  readonly f: (values: number[]) => number;
  /** Relative error; 0 where a result is one of the elements, a count or a truth. */
  readonly tolerance: number;
  /** Whether a fold of nothing is refused. */
  readonly chooses?: boolean;
  /** Whether it folds one axis or all. */
  readonly oneAxis?: boolean;
}

const arg = (op: typeof weft.argmax) => (x: Tensor, options: ReduceOptions) =>
  op(x, options as weft.ArgOptions);

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  sum: { run: weft.sum, f: reference.total, tolerance: 1e-5 },
  mean: { run: weft.mean, f: reference.average, tolerance: 1e-5 },
  prod: { run: weft.prod, f: reference.product, tolerance: 1e-4 },
  max: { run: weft.max, f: reference.largest, tolerance: 0, chooses: true },
  min: { run: weft.min, f: reference.smallest, tolerance: 0, chooses: true },
  argmax: {
    ...{ run: arg(weft.argmax), f: reference.positionOfLargest, tolerance: 0, chooses: true, oneAxis: true },
  },
  argmin: {
    ...{ run: arg(weft.argmin), f: reference.positionOfSmallest, tolerance: 0, chooses: true, oneAxis: true },
  },
  any: { run: weft.any, f: reference.someTrue, tolerance: 0 },
  all: { run: weft.all, f: reference.allTrue, tolerance: 0 },
  variance: { run: weft.variance, f: reference.varianceOf(1), tolerance: 1e-4 },
  std: { run: weft.std, f: (values) => Math.sqrt(reference.varianceOf(1)(values)), tolerance: 1e-4 },
  norm: { run: weft.norm, f: reference.normOf(2), tolerance: 1e-4 },
  "norm of p 3": {
    ...{ run: (x, options) => weft.norm(x, { ...options, p: 3 }), f: reference.normOf(3), tolerance: 1e-4 },
  },
  logSumExp: { run: weft.logSumExp, f: reference.logOfSumOfExp, tolerance: 1e-4 },
};

/** One axis of a view: its stored length and place, what is cut off, and whether it is repeated. */
const axisOfView = fc.record({
  length: fc.integer({ min: 0, max: 5 }),
  before: fc.nat({ max: 2 }),
  after: fc.nat({ max: 2 }),
  repeated: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

const reduction = fc.array(axisOfView, { maxLength: 5 }).chain((axes) =>
  fc.record({
    name: fc.constantFrom(...Object.keys(REDUCTIONS)),
    axes: fc.constant(axes),
    order: fc.shuffledSubarray(
      axes.map((_, i) => i),
      { minLength: axes.length },
    ),
    folded: fc.option(fc.shuffledSubarray(axes.map((_, i) => i))),
    fromEnd: fc.array(fc.boolean(), { minLength: axes.length, maxLength: axes.length }),
    keepDim: fc.boolean(),
    seed: fc.nat(),
    /** Whole numbers make equal elements and zeros. */
    whole: fc.boolean(),
  }),
);

type Drawn = typeof reduction extends fc.Arbitrary<infer T> ? T : never;

/** A tensor that is sliced, then repeated, then permuted, and the numbers it then shows. */
function viewOf({ axes, order, seed, whole }: Drawn): [Tensor, Array64] {
  const stored = axes.map(({ length, before, after, repeated }) => (repeated ? 1 : length) + before + after);
  const drawn = numbers(sizeOf(stored), seed, -2, 2).map((v) => (whole ? Math.trunc(v) : v));
  const base: Array64 = { shape: stored, data: Float64Array.from(drawn) };
  const sliced = axes.reduce(
    (x, { length, before, repeated }, axis) => slice(x, axis, before, before + (repeated ? 1 : length)),
    tensor(drawn, { shape: stored }),
  );
  const shape = axes.map(({ length }) => length);
  const x = permute(expand(sliced, shape), order);
  const array = build(
    order.map((axis) => shape[axis] as number),
    (index) => {
      const place = axes.map(({ before, repeated }, axis) =>
        repeated ? before : before + (index[order.indexOf(axis)] as number),
      );
      return base.data.length === 0 ? 0 : at(base, place);
    },
  );
  return [x, array];
}

/** The element at an index, no axis being repeated. */
const at = ({ shape, data }: Array64, index: readonly number[]): number =>
  data[index.reduce((place, i, axis) => place * (shape[axis] as number) + i, 0)] as number;

/** The axes as the op gets them, and as the reference does. */
function axesOf({ axes, folded, fromEnd, name }: Drawn): { axis?: number | number[]; all: number[] } {
  const every = axes.map((_, i) => i);
  if (folded === null || folded.length === 0) return { all: every };
  const named = folded.map((i) => (fromEnd[i] ? i - axes.length : i));
  const [one] = named;
  if (REDUCTIONS[name]?.oneAxis) return { axis: one as number, all: folded.slice(0, 1) };
  return { axis: named.length === 1 ? (one as number) : named, all: folded };
}

describe("reductions over random axes of random views", () => {
  it("agree with the reference, and refuse to choose from nothing", async () => {
    const agrees = fc.asyncProperty(reduction, async (example) => {
      const { run, f, tolerance, chooses } = REDUCTIONS[example.name] as Reduction;
      const { axis, all } = axesOf(example);
      const options = { ...(axis !== undefined && { axis }), keepDim: example.keepDim };
      const [x, array] = viewOf(example);
      if (chooses && all.some((i) => array.shape[i] === 0)) {
        expect(() => run(x, options)).toThrow(/nothing to choose from/);
        return;
      }
      const expected = reference.reduce(all, example.keepDim, f)(array);
      const y = scope(() => run(x, options));
      expect(y.shape).toEqual(expected.shape);
      const found = await y.data();
      for (const [i, wanted] of expected.data.entries()) {
        const value = found[i] as number;
        expect(isClose(value, wanted, tolerance), `element ${i} is ${value}, expected ${wanted}`).toBe(true);
      }
      y.dispose();
    });
    await fc.assert(agrees, { numRuns: CASES, seed: 20 });
  });
});

const isClose = (found: number, wanted: number, tolerance: number): boolean =>
  Object.is(found, wanted) ||
  found === wanted ||
  Math.abs(found - wanted) <= (tolerance === 0 ? 0 : 1e-5) + tolerance * Math.abs(wanted);
