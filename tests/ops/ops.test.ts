import * as weft from "@weft/tensor";
import { DTypeError, memory, open, scope, type Tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import type { Array64 } from "./array.js";
import { type Case, EXACT } from "./case.js";
import { expectClose } from "./close.js";
import { collectGarbage } from "./collectGarbage.js";
import { differences, gradients, list } from "./gradient.js";
import { type DType, type Sample, tensorOf } from "./sample.js";
import { table } from "./table.js";

beforeAll(async () => {
  await open();
});

/** Exports that are no ops; those that do something have tests of their own. */
const NO_OPS = new Set<string>([
  ...["open", "Device", "memory", "Generator", "Tensor", "tensor", "assign"],
  ...["scope", "keep", "isRecording", "withRecording", "launch", "strided"],
  ...["defineOp", "defineMultiOp", "defineView", "ANY", "FLOAT", "INTEGER"],
  ...["apply", "nextOrder", "Ambient", "withWatcher", "withDraws", "redraw"],
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

describe.each(table)("$name", ({ name, dtypes, cases, tolerance, absolute }) => {
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
    for (const [i, { dtype }] of example.inputs.entries()) {
      if (dtype !== "f32") continue;
      const { grad } = leaves[i] as Tensor;
      expect(grad, `input ${i} has a gradient`).toBeDefined();
      await expectClose(grad as Tensor, differences(example, i), 1e-4, 1e-5);
    }
  });

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
  const refused = (["f32", "i32", "u32"] as const).filter(
    (dtype) => dtypes.length > 0 && !dtypes.includes(dtype),
  );

  it.each(refused)("refuses %s", (dtype) => {
    const [x, ...others] = first.inputs as [Sample, ...Sample[]];
    const run = () => first.run(...[as(x, dtype), ...others].map((input) => tensorOf(input)));
    expect(run).toThrow(DTypeError);
    const which = others.length === 0 ? "the input" : "input 1";
    expect(run).toThrow(
      new DTypeError(`${name}: ${which} is ${dtype}, expected ${dtypes.join(" or ")}; use cast().`),
    );
  });

  it.each(tolerance === EXACT && dtypes.length > 1 ? dtypes : [])("keeps elements of %s", async (dtype) => {
    for (const { inputs, run, reference, label } of cases) {
      if (name === "cast" || inputs.some((input) => input.dtype !== "f32")) continue;
      const typed = inputs.map((input) => as(input, dtype));
      const results = list(run(...typed.map((input) => tensorOf(input))));
      const expected = list(reference(...typed.map(({ array }) => array)));
      for (const [i, result] of results.entries()) {
        expect(result.dtype, label).toBe(dtype);
        await expectClose(result, expected[i] as Array64, EXACT);
      }
    }
  });
});

const free = (tensors: readonly Tensor[]): void => {
  for (const x of tensors) {
    x.grad?.dispose();
    x.dispose();
  }
};

/** The sample with whole numbers of another dtype. */
function as({ array, ...rest }: Sample, dtype: DType): Sample {
  if (dtype === "f32") return { array, ...rest };
  const whole = (v: number) => (dtype === "i32" ? Math.trunc(v * 100) : Math.abs(Math.trunc(v * 100)));
  return { ...rest, array: { shape: array.shape, data: array.data.map(whole) }, dtype };
}
