// maskedSelect and nonzero return promises, so the op table cannot hold them.
import { backward, gradients, noGrad } from "@weft/autograd";
import {
  maskedSelect,
  memory,
  mul,
  nonzero,
  open,
  scope,
  square,
  sum,
  type Tensor,
  tensor,
} from "@weft/tensor";
import { describe, expect, it } from "vitest";
import { type Array64, get, indices } from "./array.js";
import { ANY } from "./case.js";
import { type Sample, sample, tensorOf } from "./sample.js";

const device = await open();
const dtypes = ANY.filter((dtype) => dtype !== "f16" || device.gpu.features.has("shader-f16"));

/** Indices of what is not 0, and the elements there. */
const found = (x: Array64): number[][] => [...indices(x.shape)].filter((i) => get(x, i) !== 0);

/** Numbers with zeros among them. */
const sparse = (shape: readonly number[], options: Parameters<typeof sample>[1] = {}): Sample =>
  sample(shape, {
    ...options,
    values: Array.from({ length: shape.reduce((a, n) => a * n, 1) }, (_, i) => (i * i) % 3),
  });

const FORMS = [
  sparse([7]),
  sparse([3, 5]),
  sparse([2, 3, 4]),
  sparse([5, 4], { lie: "transposed" }),
  sparse([4, 3], { lie: "sliced" }),
  sparse([3, 4], { lie: "expanded" }),
  sparse([0, 3]),
  sparse([3, 700]),
  sparse([2, 1, 2, 3, 1, 2, 1, 2]),
  sample([4], { values: [0, 0, 0, 0] }),
];

const flat = (data: ArrayLike<number>): number[] => Array.from(data);

describe("nonzero", () => {
  it.each(FORMS)("of ($array.shape) $lie", async (form) => {
    for (const dtype of dtypes) {
      const result = await nonzero(tensorOf({ ...form, dtype, array: inDType(form, dtype) }));
      const expected = found(inDType(form, dtype));
      expect(result.dtype).toBe("i32");
      expect(result.shape).toEqual([expected.length, form.array.shape.length]);
      expect(flat(await result.data())).toEqual(expected.flat());
    }
  });

  it("counts NaN, not −0, and takes a single number", async () => {
    expect(await (await nonzero(tensor([Number.NaN, -0, 1]))).toArray()).toEqual([[0], [2]]);
    expect((await nonzero(tensor(3))).shape).toEqual([1, 0]);
    expect((await nonzero(tensor(0))).shape).toEqual([0, 0]);
  });
});

/** bool stores 0 and 1. */
const inDType = ({ array }: Sample, dtype: string): Array64 => ({
  shape: array.shape,
  data: dtype === "bool" ? array.data.map((v) => Number(v > 0)) : array.data,
});

describe("maskedSelect", () => {
  it.each(FORMS)("of ($array.shape) $lie", async (form) => {
    const mask = tensorOf({ ...form, dtype: "bool", array: inDType(form, "bool") });
    const places = found(inDType(form, "bool"));
    for (const dtype of dtypes) {
      const x = sample(form.array.shape, { dtype, low: 0, high: 9, seed: 4, lie: form.lie });
      const selected = await maskedSelect(tensorOf(x), mask);
      expect(selected.dtype).toBe(dtype);
      expect(flat(await selected.data())).toEqual(places.map((i) => get(x.array, i)));
    }
  });

  it("broadcasts x and mask, and selects what is not finite", async () => {
    const mask = tensor([[true], [false], [true]]);
    expect(await (await maskedSelect(tensor([1, Number.NaN]), mask)).toArray()).toEqual([
      ...[1, Number.NaN, 1, Number.NaN],
    ]);
    expect(await (await maskedSelect(tensor([[1, 2]]), tensor(false))).toArray()).toEqual([]);
  });

  it("passes gradients back to their places, and those of gradients", async () => {
    const x = tensor([1, 2, 3, 4], { requiresGrad: true });
    const selected = await maskedSelect(x, tensor([[true, false, true, false]]));
    const [first] = gradients(sum(mul(square(selected), selected)), [x], { createGraph: true }) as [Tensor];
    expect(await first.toArray()).toEqual([3, 0, 27, 0]);
    backward(sum(mul(first, first)));
    // d/dx (3x²)² = 36x³
    expect(await x.grad?.toArray()).toEqual([36, 0, 36 * 27, 0]);
  });

  it("notes no call without gradients, and is not disturbed by a scope that ends meanwhile", async () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const mask = tensor([true, false, true]);
    const silent = noGrad(() => [maskedSelect(x, mask)]);
    expect((await silent[0])?.requiresGrad).toBe(false);
    const later: Promise<Tensor>[] = [];
    const before = memory().tensors;
    scope(() => {
      later.push(maskedSelect(x, mask));
    });
    const [selected] = await Promise.all(later);
    expect(await selected?.toArray()).toEqual([1, 3]);
    backward(sum(selected as Tensor));
    selected?.dispose();
    x.grad?.dispose();
    expect(memory().tensors - before).toBeLessThanOrEqual(3); // the sum, and places and targets that its call held: garbage
  });
});
