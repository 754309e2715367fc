// Lines that are cut in parts are too long for differences: here their gradients are compared with the closed form.
import { backward } from "@weft/autograd";
import {
  cast,
  cumprod,
  cumsum,
  type Device,
  logSumExp,
  max,
  mul,
  nll,
  open,
  prod,
  sum,
  type Tensor,
  tensor,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { numbers } from "./array.js";
import { expectClose } from "./close.js";
import * as reference from "./reference/reduce.js";

let device: Device;

beforeAll(async () => {
  device = await open();
});

const LENGTH = 140_000;
const weights = numbers(LENGTH, 3, -1, 1);

/** The gradient of Σ w ⊙ f(x). */
function gradientOf(values: readonly number[], f: (x: Tensor) => Tensor): Tensor {
  const x = tensor(values, { requiresGrad: true });
  const y = f(x);
  backward(sum(mul(y, tensor(weights.slice(0, y.size), { shape: y.shape }))));
  return x.grad as Tensor;
}

/** d/dxᵢ Σⱼ wⱼ x₀…xⱼ = x₀…xᵢ₋₁ λᵢ with λᵢ = wᵢ + xᵢ₊₁ λᵢ₊₁. */
function ofCumprod(values: readonly number[]): Float64Array {
  const slopes = new Float64Array(values.length);
  let lambda = 0;
  for (let i = values.length - 1; i >= 0; i--) {
    lambda = (weights[i] as number) + (values[i + 1] ?? 0) * lambda;
    slopes[i] = lambda;
  }
  let before = 1;
  for (const [i, value] of values.entries()) {
    slopes[i] = (slopes[i] as number) * before;
    before *= value;
  }
  return slopes;
}

const calm = numbers(LENGTH, 5, 0.950417, 1.050417);

describe("gradients along long lines", () => {
  it("of cumsum, from both ends", async () => {
    const length = 2000;
    const w = weights.slice(0, length);
    const before = w.map((_, i) => w.slice(0, i + 1).reduce((a, b) => a + b, 0));
    const all = before.at(-1) as number;
    const after = w.map((v, i) => all - (before[i] as number) + v);
    const values = calm.slice(0, length);
    for (const [reverse, data] of [
      [false, after],
      [true, before],
    ] as const) {
      const grad = gradientOf(values, (x) => cumsum(x, { axis: 0, reverse }));
      await expectClose(grad, { shape: [length], data: Float64Array.from(data) }, 1e-4, 1e-4);
    }
  });

  it.each([
    ["without zeros", calm],
    ["with one 0", calm.with(1000, 0)],
    ["with two", calm.with(1000, 0).with(70_000, 0)],
    ["in parts that are cut in parts no more", calm.slice(0, 1500).with(700, 0)],
  ])("of cumprod %s", async (_, values) => {
    const data = ofCumprod(values);
    // Sums of up to thousands of terms of both signs.
    const size = data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    await expectClose(
      gradientOf(values, (x) => cumprod(x, { axis: 0 })),
      { shape: [values.length], data },
      1e-3,
      1e-4 * size,
    );
  });

  it("of cumprod where the product of a part overflows but nothing hangs on it", async () => {
    const values = [0, ...Array<number>(2000).fill(2)];
    const grad = gradientOf(values, (x) => cumprod(x, { axis: 0 }).select(0, 0));
    const data = new Float64Array(2001);
    data[0] = weights[0] as number;
    await expectClose(grad, { shape: [2001], data }, 1e-6);
  });

  it.each([
    ["without zeros", calm],
    ["with one 0", calm.with(1000, 0)],
    ["with two", calm.with(1000, 0).with(70_000, 0)],
  ])("of prod %s", async (_, values) => {
    const zeros = values.filter((v) => v === 0).length;
    const others = values.filter((v) => v !== 0).reduce((y, v) => y * v, 1);
    const slope = (v: number) => (zeros === 0 ? others / v : zeros === 1 && v === 0 ? others : 0);
    const data = Float64Array.from(values, (v) => (weights[0] as number) * slope(v));
    await expectClose(
      gradientOf(values, (x) => prod(x)),
      { shape: [values.length], data },
      1e-4,
    );
  });
});

describe("a fold of long lines that a workgroup shares", () => {
  const folds = [
    ["sum", sum, reference.total, 1e-5],
    ["max", max, reference.largest, 0],
    ["logSumExp", logSumExp, reference.logOfSumOfExp, 1e-6],
  ] as const;

  it.each([
    ["one after the other", [2, 5000, 3]],
    ["two side by side, and one left over", [1, 1100, 261]],
    ["two of a short row", [500, 530, 2]],
    ["sixteen side by side, and some left over", [1, 520, 2060]],
    ["as long as they may be", [1, 32_768, 7]],
    ["longer, in parts", [1, 32_769, 7]],
  ])("is right: %s", async (_, shape) => {
    const [, length] = shape as [number, number, number];
    const values = numbers(
      shape.reduce((a, b) => a * b),
      7,
      -0.5,
      2,
    );
    const x = tensor(values, { shape });
    for (const [, f, of, tolerance] of folds) {
      const before = device.queue.dispatches;
      const y = f(x, { axis: 1 });
      expect(device.queue.dispatches - before).toBe(length > 32_768 ? 2 : 1);
      const expected = reference.reduce([1], false, of)({ shape, data: Float64Array.from(values) });
      await expectClose(y, expected, tolerance);
      expect(await f(x, { axis: 1 }).data()).toEqual(await y.data());
    }
  });

  it("adds up in runs, not one after the other", async () => {
    const [length, exact] = [32_768, 32_768 * Math.fround(0.1)];
    let naive = 0;
    for (let i = 0; i < length; i++) naive = Math.fround(naive + Math.fround(0.1));
    const x = tensor(new Float32Array(length * 5).fill(0.1), { shape: [length, 5] });
    for (const total of await sum(x, { axis: 0 }).data())
      expect(Math.abs(total - exact)).toBeLessThan(Math.abs(naive - exact) / 10);
  });

  it("keeps integers, f16's range and NaN", async () => {
    const ones = tensor(new Int32Array(2000 * 3).fill(1), { shape: [2000, 3] });
    expect(await sum(ones, { axis: 0 }).toArray()).toEqual([2000, 2000, 2000]);
    const values = new Float32Array(4000);
    values[2001] = Number.NaN; // in the second column
    const x = tensor(values, { shape: [2000, 2] });
    for (const f of [sum, max, logSumExp]) expect((await f(x, { axis: 0 }).data())[1]).toBeNaN();
    expect(await max(x, { axis: 0 }).toArray()).toEqual([0, Number.NaN]);
    if (!device.gpu.features.has("shader-f16")) return;
    expect(await sum(cast(ones, "f16"), { axis: 0 }).toArray()).toEqual([2000, 2000, 2000]);
  });
});

it.each([65_536, 65_537])(
  "the weighted mean of %d losses is theirs, and so is its gradient",
  async (count) => {
    const values = numbers(count * 2, 11, -3, 0);
    const targets = Int32Array.from({ length: count }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const counts = Float64Array.from(targets, (c) => [0.5, 2][c] as number);
    const total = counts.reduce((a, b) => a + b);
    const logProbs = tensor(values, { shape: [count, 2], requiresGrad: true });
    const loss = nll(logProbs, tensor(targets), { weight: tensor([0.5, 2]) });
    backward(loss);
    const chosen = counts.map((v, i) => -v * (values[2 * i + (targets[i] as number)] as number));
    expect(await loss.item()).toBeCloseTo(chosen.reduce((a, b) => a + b) / total, 5);
    const data = Float64Array.from(values, (_, i) =>
      i % 2 === targets[i >> 1] ? -(counts[i >> 1] as number) / total : 0,
    );
    await expectClose(logProbs.grad as Tensor, { shape: [count, 2], data }, 1e-5, 0);
  },
);
