import { backward } from "@weft/autograd";
import * as weft from "@weft/tensor";
import { add, memory, mul, open, scope, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { type Array64, numbers } from "./array.js";
import { tensorOf } from "./sample.js";
import { type Case, table } from "./table.js";

beforeAll(async () => {
  await open();
});

/** Exports that are no ops on tensors, or whose results are random: these have tests of their own. */
const NOT_IN_TABLE = new Set<string>([
  ...[
    "open",
    "Device",
    "memory",
    "scope",
    "keep",
    "isRecording",
    "withRecording",
    "launch",
    "strided",
    "Tensor",
  ],
  ...["defineOp", "defineMultiOp", "defineView", "ANY", "FLOAT", "INTEGER", "assign", "Generator"],
  ...["tensor", "zeros", "ones", "full", "arange", "uniform", "normal", "dropout"],
  ...["WeftError", "ShapeError", "DTypeError", "DisposedError", "DeviceError"],
]);

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

describe("the table", () => {
  it("has a row for every exported op", () => {
    const covered = new Set<string>(table.flatMap(({ names }) => names));
    expect(Object.keys(weft).filter((name) => !covered.has(name) && !NOT_IN_TABLE.has(name))).toEqual([]);
  });
});

describe.each(table)("$names.0", ({ cases, tolerance }) => {
  it.each(cases)("$label: forward", async ({ inputs, run, reference }) => {
    const results = list(run(...inputs.map((input) => tensorOf(input))));
    const expected = list(reference(...inputs.map(({ array }) => array)));
    expect(results.length).toBe(expected.length);
    for (const [i, result] of results.entries()) await expectClose(result, expected[i] as Array64, tolerance);
  });

  it.each(cases.filter(({ gradient }) => gradient))("$label: gradient", async (test) => {
    const leaves = test.inputs.map((input) => tensorOf(input, input.dtype === "f32"));
    const outputs = list(test.run(...leaves));
    const loss = outputs
      .map((output, i) => sum(mul(output, weightsOf(output.shape, i))))
      .reduce((a, b) => add(a, b));
    backward(loss);
    for (const [i, { array, dtype }] of test.inputs.entries()) {
      if (dtype !== "f32") continue;
      const expected = { shape: array.shape, data: differences(test, i) };
      const grad = leaves[i]?.grad;
      expect(grad, `input ${i} has a gradient`).toBeDefined();
      await expectClose(grad as Tensor, expected, 1e-4, 1e-4);
    }
  });

  it("frees everything at the end of a scope", () => {
    for (const { inputs, run, gradient } of cases) {
      const leaves = inputs.map((input) => tensorOf(input, gradient && input.dtype === "f32"));
      const before = memory().tensors;
      scope(() => {
        run(...leaves);
      });
      expect(memory().tensors).toBe(before);
      for (const leaf of leaves) leaf.dispose();
    }
  });
});

/** Fixed weights for output i, so that the sum of weighted outputs sees every element. */
const weightNumbers = (count: number, i: number) => numbers(count, 7 + i, 0.5, 1.5);
const weightsOf = (shape: readonly number[], i: number): Tensor =>
  tensor(
    weightNumbers(
      shape.reduce((size, n) => size * n, 1),
      i,
    ),
    { shape },
  );

/** d/dx of Σ w ⊙ f(x) by central differences of the float64 reference: good to about nine digits. */
function differences({ inputs, reference }: Case, which: number): Float64Array {
  const step = 1e-6;
  const loss = (arrays: Array64[]) =>
    list(reference(...arrays)).reduce((total, { data }, i) => {
      const weights = weightNumbers(data.length, i);
      return total + data.reduce((part, v, j) => part + v * (weights[j] as number), 0);
    }, 0);
  const arrays = inputs.map(({ array }) => array);
  const { shape, data } = arrays[which] as Array64;
  return data.map((v, j) => {
    const at = (moved: number) => loss(arrays.with(which, { shape, data: data.with(j, moved) }));
    return (at(v + step) - at(v - step)) / (2 * step);
  });
}

/** |actual − expected| ≤ absolute + relative · |expected| everywhere; f32 overflow counts as the float64 value's sign. */
async function expectClose(
  actual: Tensor,
  expected: Array64,
  relative: number,
  absolute = relative && 1e-6,
): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  const data = await actual.data();
  const wrong = expected.data.findIndex((value, i) => {
    const target = relative === 0 ? Math.fround(value) : value;
    return !(Math.abs((data[i] as number) - target) <= absolute + relative * Math.abs(target));
  });
  if (wrong >= 0) {
    throw new Error(`element ${wrong} is ${data[wrong]}, expected ${expected.data[wrong]}`);
  }
}
