import * as weft from "@weft/tensor";
import { type DType, DTypeError, memory, open, scope, type Tensor } from "@weft/tensor";
import { describe, expect, it } from "vitest";
import type { Array64 } from "./array.js";
import { ANY, type Case, EXACT, isFloat } from "./case.js";
import { expectClose } from "./close.js";
import { collectGarbage } from "./collectGarbage.js";
import { differences, floatOutputs, gradients, list, secondDerivative } from "./gradient.js";
import { type Sample, storedAs, tensorOf } from "./sample.js";
import { table } from "./table.js";

const device = await open();
const hasHalf = device.gpu.features.has("shader-f16");

/** Exports that are no ops; those that do something have tests of their own. */
const NO_OPS = new Set<string>([
  ...["open", "Device", "memory", "Generator", "Tensor", "tensor", "assign", "moveInto"],
  ...["currentDevice", "fromHalf", "toHalf", "tuneRecurrent"],
  // Promises: see masked.test.ts.
  ...["maskedSelect", "nonzero"],
  ...["scope", "keep", "keepWith", "isRecording", "withRecording", "launch", "strided", "packStructs"],
  ...["defineOp", "defineMultiOp", "defineView", "ANY", "FLOAT", "NUMBER", "INDEX", "bytesPerElement"],
  ...["apply", "nextOrder", "callerLine", "Ambient", "withWatcher", "withDraws", "redraw"],
  ...["checkFunction", "checkOptions", "checkTensor"],
  ...["WeftError", "ShapeError", "DTypeError", "DisposedError", "DeviceError"],
]);

describe("the table", () => {
  const names = table.map(({ name }) => name);

  it("has a row for every exported op", () => {
    const missing = Object.keys(weft).filter((name) => !names.includes(name as never) && !NO_OPS.has(name));
    expect(missing).toEqual([]);
  });

  it("has one row for each, and none for what is no op", () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => NO_OPS.has(name))).toEqual([]);
  });
});

describe.each(table)("$name", ({ name, dtypes, cases, tolerance, absolute, result = (dtype) => dtype }) => {
  it.each(cases)("forward of $label", async ({ inputs, run, reference }) => {
    const results = list(run(...inputs.map((input) => tensorOf(input))));
    const expected = list(reference(...inputs.map(({ array }) => array)));
    expect(results.length).toBe(expected.length);
    for (const [i, result] of results.entries()) {
      await expectClose(result, expected[i] as Array64, tolerance, absolute);
    }
  });

  it.each(cases.filter(({ gradient }) => gradient))("gradient of $label", async (example) => {
    const leaves = gradients(example);
    const isFloatOutput = floatOutputs(example);
    for (const [i, { dtype }] of example.inputs.entries()) {
      if (dtype !== "f32") continue;
      const { grad } = leaves[i] as Tensor;
      expect(grad, `input ${i} has a gradient`).toBeDefined();
      await expectClose(grad as Tensor, differences(example, i, isFloatOutput), 1e-4, 1e-5);
    }
  });

  it.each(cases.filter(({ gradient, twice }) => gradient && twice))(
    "double gradient of $label",
    async (example) => {
      const { found, expected, scale } = await secondDerivative(example, floatOutputs(example));
      if (Number.isNaN(expected)) return; // the loss itself is not a number here, such as a mean of nothing
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(
        1e-3 * Math.max(scale, Math.abs(expected)) + 1e-4,
      );
    },
  );

  const differentiable = cases.filter(({ gradient }) => gradient);

  it("frees everything at the end of a scope, with and without backward", () => {
    const leftBy = (body: () => unknown) => {
      const before = memory().tensors;
      scope(() => {
        body();
      });
      return memory().tensors - before;
    };
    for (const { inputs, run } of cases) expect(leftBy(() => run(...inputs.map((x) => tensorOf(x))))).toBe(0);
    for (const example of differentiable) {
      // Gradients live on with their leaves; both are freed here by hand.
      expect(leftBy(() => free(gradients(example)))).toBe(0);
    }
  });

  it("leaves nothing alive once inputs and outputs are disposed", async () => {
    for (const { inputs, run } of cases.slice(0, 6)) {
      const leaves = inputs.map((x) => tensorOf(x));
      free([...list(run(...leaves)), ...leaves]);
    }
    for (const example of differentiable.slice(0, 6)) free(gradients(example));
    // What an op made on its way to its result, and what the tests before this one left, is garbage.
    await collectGarbage(() => memory().tensors === 0);
    expect(memory()).toMatchObject({ tensors: 0, bytes: 0 });
  });

  const [first] = cases as [Case, ...Case[]];
  const refused = ANY.filter((dtype) => dtypes.length > 0 && !dtypes.includes(dtype));

  it.skipIf(refused.length === 0)("refuses other dtypes", ({ skip }) => {
    for (const dtype of refused) {
      if (dtype === "f16" && !hasHalf) skip("this adapter has no shader-f16");
      const { inputs } = first;
      const wrong = inputs.map((input) => (input.dtype === inputs[0]?.dtype ? as(input, dtype) : input));
      const run = () => first.run(...wrong.map((input) => tensorOf(input)));
      expect(run).toThrow(DTypeError);
      expect(run).toThrow(new RegExp(`^${name}: .*\\b${dtype}\\b`));
    }
  });

  it.each(dtypes.filter((dtype) => dtype !== "f32"))("takes %s", async (dtype) => {
    if (dtype === "f16" && !hasHalf) return; // named once, below
    for (const { inputs, run, reference, label } of cases.filter(({ typed }) => typed)) {
      // Integers beside floats, such as ids, stay what they are.
      const typed = inputs.map((input) => (input.dtype === "f32" ? as(input, dtype) : input));
      const results = list(run(...typed.map((input) => tensorOf(input))));
      const expected = list(reference(...typed.map(({ array }) => array)));
      const isExact = dtype !== "f16" && tolerance === EXACT;
      for (const [i, actual] of results.entries()) {
        expect(actual.dtype, label).toBe(result(dtype));
        const close = isExact ? [EXACT] : dtype === "f16" ? HALF : [tolerance, absolute];
        await expectClose(actual, expected[i] as Array64, ...(close as [number, number?]));
      }
    }
  });

  const halves = dtypes.includes("f16")
    ? differentiable.filter(({ typed, twice }) => typed && twice).slice(0, 4)
    : [];

  it.skipIf(!hasHalf || halves.length === 0)("gradient in f16", async () => {
    for (const { inputs, ...rest } of halves) {
      const example = { ...rest, inputs: inputs.map((x) => (x.dtype === "f32" ? as(x, "f16") : x)) };
      const leaves = gradients(example);
      const isFloatOutput = floatOutputs(example);
      for (const [i, { dtype }] of example.inputs.entries()) {
        if (dtype !== "f16") continue;
        const { grad } = leaves[i] as Tensor;
        expect(grad?.dtype, `gradient of input ${i}`).toBe("f16");
        await expectClose(grad as Tensor, differences(example, i, isFloatOutput), ...HALF_GRADIENT);
      }
    }
  });
});

/** Gradients of f16 pass through several results that are rounded to 11 binary digits. */
const HALF_GRADIENT = [1e-2, 1e-2] as const;

/** Relative and absolute error of f16: a result is rounded to 11 binary digits, and what was computed on the way may be too. */
const HALF = [2e-3, 2e-3];

describe("f16", () => {
  it.skipIf(hasHalf)("is not tested: this adapter has no shader-f16", () => {
    expect(() => weft.zeros([1], { dtype: "f16" })).toThrow(DTypeError);
  });
});

const free = (tensors: readonly Tensor[]): void => {
  for (const x of tensors) {
    x.grad?.dispose();
    x.dispose();
  }
};

/** The sample with numbers of another dtype, for integers spread out a little. */
const as = ({ array, ...rest }: Sample, dtype: DType): Sample => ({
  ...rest,
  array: {
    shape: array.shape,
    data: array.data.map((v) =>
      storedAs(dtype, dtype === "u32" ? Math.abs(4 * v) : isFloat(dtype) ? v : 4 * v),
    ),
  },
  dtype,
});
