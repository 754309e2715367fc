// Many indices on a line, in every dtype, with nothing to do, and with nothing left behind.
import { cast, indexAdd, open, scatter, scatterAdd, tensor, zeros } from "@weft/tensor";
import { describe, expect, it } from "vitest";
import { drawn } from "./expected.js";

const device = await open();

describe.each([600, 9000])("with %d indices", (count) => {
  const index = drawn(count, (u) => u * 1010 - 5);
  const last = (x: number, source: (i: number) => number) => {
    const out = new Array<number>(1000).fill(x);
    index.forEach((id, i) => {
      if (id >= 0 && id < 1000) out[id] = source(i);
    });
    return out;
  };

  it("the last of several writes stays, in every dtype", async () => {
    for (const dtype of ["f32", "i32", "u32"] as const) {
      const source = tensor(
        Array.from({ length: count }, (_, i) => i % 1999),
        { dtype },
      );
      const y = scatter(zeros([1000], { dtype }), 0, tensor(index), source);
      expect(await y.toArray()).toEqual(last(0, (i) => i % 1999));
      if (dtype !== "f32" || !device.gpu.features.has("shader-f16")) continue;
      const half = scatter(zeros([1000], { dtype: "f16" }), 0, tensor(index), cast(source, "f16"));
      expect(await half.toArray()).toEqual(last(0, (i) => i % 1999));
    }
    const flags = tensor(Array.from({ length: count }, (_, i) => i % 3 === 0));
    const y = scatter(zeros([1000], { dtype: "bool" }), 0, tensor(index), flags);
    expect(Array.from(await y.data())).toEqual(last(0, (i) => Number(i % 3 === 0)));
  });

  it("integers wrap round and f16 is added up in f32", async () => {
    const big = tensor(new Int32Array(count).fill(2 ** 30));
    const all = scatterAdd(zeros([2], { dtype: "i32" }), 0, tensor(new Int32Array(count).fill(1)), big);
    expect(await all.toArray()).toEqual([0, Number(BigInt.asIntN(32, BigInt(count) * 2n ** 30n))]);
    if (!device.gpu.features.has("shader-f16")) return;
    const halves = cast(tensor(new Float32Array(count).fill(1 / 8)), "f16");
    const ids = tensor(new Int32Array(count).fill(1));
    const y = scatterAdd(zeros([2], { dtype: "f16" }), 0, ids, halves);
    expect(await y.toArray()).toEqual([0, count / 8]);
  });

  it("nothing is left but the result", () => {
    const [x, ids, source] = [zeros([1000, 3]), tensor(index), zeros([count, 3])];
    const before = device.memory();
    const y = indexAdd(x, 0, ids, source);
    expect(device.memory().tensors).toBe(before.tensors + 1);
    y.dispose();
    expect(device.memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  it("nothing to write and nothing to write to are no error", async () => {
    const ids = tensor(index);
    expect(indexAdd(zeros([4, 0]), 0, ids, zeros([count, 0])).shape).toEqual([4, 0]);
    expect(await indexAdd(zeros([0, 2]), 0, ids, zeros([count, 2])).toArray()).toEqual([]);
  });
});
