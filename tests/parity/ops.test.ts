// What PyTorch makes of ops whose meaning people argue about: ties, kinks, halves, zeros, reductions, order.
import { gradients } from "@weft/autograd";
import { add, type DType, mul, open, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, expect, it } from "vitest";
import { fixture } from "./fixture.js";
import { lossModules } from "./lossModules.js";
import { type Run, runnerOf, runners } from "./runners.js";

type Value = number | boolean | "NaN" | "Infinity" | "-Infinity" | Value[];

/** A case of tests/fixtures/ops.json, written by tests/fixtures/ops.py. */
interface Case {
  readonly inputs: readonly Value[];
  readonly dtypes: readonly DType[];
  readonly outputs: readonly Value[];
  /** Which inputs have a gradient, and those of Σ w ⊙ output, w = 1, 2, 3, …; null where none arrives. */
  readonly leaves?: readonly boolean[];
  readonly gradients?: readonly (Value | null)[];
}

const cases = fixture<Record<string, Case>>("ops");

beforeAll(async () => {
  await open();
});

it("has a runner for every case, and no other", () => {
  const names = Object.keys(cases).filter((name) => !name.startsWith("einsum "));
  expect(Object.keys(runners).sort()).toEqual(names.sort());
});

it.each(Object.entries(cases))("%s", async (name, example) => {
  const run = runnerOf(name);
  if (run === undefined) throw new Error(`no runner for ${name}`);
  await expectCase(run, example);
});

it.each(Object.entries(lossModules))("%s, by a module", async (name, run) => {
  const example = cases[name];
  if (example === undefined) throw new Error(`no case ${name}`);
  await expectCase(run, example);
});

/** Outputs and gradients are PyTorch's. */
async function expectCase(
  run: Run,
  { inputs, dtypes, outputs, leaves = [], gradients: expected = [] }: Case,
): Promise<void> {
  const tensors = inputs.map((value, i) =>
    tensor(plain(value), { dtype: dtypes[i] as DType, requiresGrad: leaves[i] === true }),
  );
  const results = [run(...tensors)].flat() as Tensor[];
  expect(results.length).toBe(outputs.length);
  for (const [i, result] of results.entries()) await expectEqual(`output ${i}`, result, outputs[i] as Value);

  const floats = results.filter(({ dtype }) => dtype === "f32");
  const wanted = tensors.filter(({ requiresGrad }) => requiresGrad);
  if (wanted.length === 0) return;
  const losses = floats.map((y) => {
    const weights = Array.from({ length: y.size }, (_, k) => k + 1);
    return sum(mul(y, tensor(weights, { shape: y.shape })));
  });
  const found = gradients(
    losses.reduce((a, b) => add(a, b)),
    wanted,
    { allowUnused: true },
  );
  for (const [i, value] of expected.entries()) {
    const grad = found[i];
    if (value === null) expect(grad, `gradient ${i}`).toBeUndefined();
    else await expectEqual(`gradient ${i}`, grad as Tensor, value);
  }
}

/** Numbers that JSON cannot hold are strings. */
function plain(value: Value): number | boolean | (number | boolean)[] {
  if (Array.isArray(value)) return value.map(plain) as (number | boolean)[];
  return typeof value === "string" ? Number(value) : value;
}

/** float32 sums in another order: a few roundings of 2⁻²⁴ each. */
async function expectEqual(name: string, actual: Tensor, expected: Value): Promise<void> {
  const wanted = ([plain(expected)] as unknown[]).flat(Number.POSITIVE_INFINITY) as (number | boolean)[];
  const found = [...(await actual.data())];
  expect(found.length, `${name}: elements`).toBe(wanted.length);
  for (const [i, value] of wanted.map(Number).entries()) {
    const v = found[i] as number;
    const isEqual = Object.is(v, value) || v === value || (Number.isNaN(v) && Number.isNaN(value));
    if (isEqual || Math.abs(v - value) <= 1e-5 + 1e-4 * Math.abs(value)) continue;
    throw new Error(`${name}[${i}] is ${v}, expected ${value}`);
  }
}
