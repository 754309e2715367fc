import { conv2d, dot, einsum, linear, matmul, memory, ones, open, type Tensor, tensor } from "@weft/tensor";
import { describe, expect, it } from "vitest";

const device = await open();
const hasHalf = device.gpu.features.has("shader-f16");

/** Every op of linear algebra, on operands of ones: each result is the number of products. */
const OPS: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  matmul: (a, b) => matmul(a, b),
  linear: (a, b) => linear(a, b),
  einsum: (a, b) => einsum("ij,jk->", a, b),
  dot: (a, b) => dot(a.reshape([-1]), b.reshape([-1])),
  conv2d: (a, b) => conv2d(a.reshape([1, 4, 4]), b.reshape([1, 1, 4, 4])),
};

describe.skipIf(!hasHalf)("f16", () => {
  const [half, single] = [() => ones([4, 4], { dtype: "f16" }), () => ones([4, 4])];

  it.each(Object.entries(OPS))("and f32 become f32 in %s", (_, run) => {
    expect(run(half(), single()).dtype).toBe("f32");
    expect(run(single(), half()).dtype).toBe("f32");
    expect(run(half(), half()).dtype).toBe("f16");
  });

  // A sum in f16 stops at 2,048, where adding 1 rounds away.
  it.each([4096, 4095])("products are added up in f32, %i of them", async (count) => {
    const row = ones([1, count], { dtype: "f16" });
    const sum = await matmul(row, row.transpose()).item();
    expect(sum).toBe(count === 4095 ? 4096 : count); // 4,095 itself is no f16
    const image = row.reshape([1, 1, count]);
    const convolved = await conv2d(image, row.reshape([1, 1, 1, count])).item();
    expect(convolved).toBe(sum);
  });
});

describe("einsum", () => {
  it("reads a diagonal without a copy", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const { bytes } = memory();
    const d = einsum("ii->i", x);
    expect(memory().bytes).toBe(bytes);
    expect(d.storage).toBe(x.storage);
  });
});
