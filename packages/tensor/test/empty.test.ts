// Tensors without elements: every way to make, read, change and reduce them works and costs no dispatch of nothing.
import * as weft from "@weft/tensor";
import { assign, Generator, memory, open, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const none = (): Tensor => zeros([0, 3]);
const ids = (): Tensor => zeros([0], { dtype: "i32" });
const generator = (): Generator => new Generator(1);

describe("a tensor without elements", () => {
  it.each<[name: string, make: () => Tensor, shape: readonly number[]]>([
    ["tensor", () => tensor([]), [0]],
    ["tensor of a typed array", () => tensor(new Int32Array(0), { shape: [2, 0] }), [2, 0]],
    ["arange", () => weft.arange(0), [0]],
    ["uniform", () => weft.uniform([0, 2], { generator: generator() }), [0, 2]],
    ["a unary op", () => weft.exp(none()), [0, 3]],
    ["a binary op", () => weft.add(none(), zeros([3])), [0, 3]],
    ["a binary op that broadcasts to nothing", () => weft.mul(zeros([1, 3]), none()), [0, 3]],
    ["cast", () => weft.cast(none(), "i32"), [0, 3]],
    ["reshape", () => none().reshape([3, 0]), [3, 0]],
    ["transpose, packed", () => weft.contiguous(none().transpose()), [3, 0]],
    ["slice", () => zeros([4, 3]).slice(0, 2, 2), [0, 3]],
    ["expand", () => weft.expand(zeros([0, 1]), [0, 5]), [0, 5]],
    ["cat with others", () => weft.cat([none(), zeros([2, 3])], 0), [2, 3]],
    ["cat of nothing only", () => weft.cat([none(), none()], 0), [0, 3]],
    ["stack", () => weft.stack([none(), none()], 0), [2, 0, 3]],
    ["matmul of no rows", () => weft.matmul(none(), zeros([3, 2])), [0, 2]],
    ["matmul of no columns", () => weft.matmul(zeros([2, 3]), zeros([3, 0])), [2, 0]],
    ["matmul of no matrices", () => weft.matmul(zeros([0, 2, 3]), zeros([0, 3, 4])), [0, 2, 4]],
    ["linear", () => weft.linear(none(), zeros([2, 3]), zeros([2])), [0, 2]],
    ["softmax", () => weft.softmax(none()), [0, 3]],
    ["softmax of no columns", () => weft.softmax(zeros([2, 0])), [2, 0]],
    ["sum along the other axis", () => weft.sum(none(), { axis: 1 }), [0]],
    ["max along the other axis", () => weft.max(none(), { axis: 1 }), [0]],
    ["embedding", () => weft.embedding(zeros([4, 2]), ids()), [0, 2]],
    ["crossEntropy", () => weft.crossEntropy(none(), ids(), { reduction: "none" }), [0]],
    ["nll", () => weft.nll(none(), ids(), { reduction: "none" }), [0]],
    ["mse", () => weft.mse(none(), none(), { reduction: "none" }), [0, 3]],
    ["binaryCrossEntropy", () => weft.binaryCrossEntropy(none(), none(), { reduction: "none" }), [0, 3]],
    ["softmax along no rows", () => weft.softmax(zeros([2, 0, 3]), 0), [2, 0, 3]],
    ["layerNorm", () => weft.layerNorm(none(), 3), [0, 3]],
    ["layerNorm of no columns", () => weft.layerNorm(zeros([2, 0]), 0), [2, 0]],
    ["dropout", () => weft.dropout(none(), 0.5, generator()), [0, 3]],
    ["lstmCell", () => weft.lstmCell(zeros([0, 8]), zeros([0, 2]))[0] as Tensor, [0, 2]],
    ["gruCell", () => weft.gruCell(zeros([0, 6]), zeros([0, 6]), zeros([0, 2])), [0, 2]],
    ["assign", () => assign(none(), none()), [0, 3]],
  ])("comes out of %s", async (_, make, shape) => {
    const x = make();
    expect(x.shape).toEqual(shape);
    expect((await x.data()).length).toBe(shape.reduce((size, length) => size * length, 1));
  });

  it("sums to zero, also where nothing is multiplied", async () => {
    expect(await weft.sum(none()).item()).toBe(0);
    expect(await weft.sum(none(), { axis: 0 }).toArray()).toEqual([0, 0, 0]);
    expect(await weft.matmul(zeros([2, 0]), zeros([0, 2])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("is read as nested empty arrays, and has no single number", async () => {
    expect(await zeros([2, 0]).toArray()).toEqual([[], []]);
    expect(await zeros([0, 2]).toArray()).toEqual([]);
    await expect(none().item()).rejects.toThrow(
      "item: the tensor must hold one number, got shape (0, 3); use toArray().",
    );
  });

  it("is counted and freed like any other, and starts no dispatch", () => {
    const before = memory();
    const { device } = none();
    const { dispatches } = device.queue;
    const x = none().square();
    expect(device.queue.dispatches).toBe(dispatches);
    expect(memory().tensors).toBeGreaterThan(before.tensors);
    x.dispose();
  });
});
