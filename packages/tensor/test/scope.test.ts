import { add, assign, memory, open, scope, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("scope", () => {
  it("returns tensors in maps, sets and nested arrays too", () => {
    const before = memory().tensors;
    const made = scope(() => ({
      list: [zeros([1]), [zeros([2])]] as const,
      map: new Map([["a", zeros([3])]]),
      set: new Set([zeros([4])]),
      nothing: null,
    }));
    expect(memory().tensors - before).toBe(4);
    const [first, [second]] = made.list;
    for (const x of [first, second, made.map.get("a"), ...made.set]) expect(x?.disposed).toBe(false);
  });

  it("leaves alone what was made before it, and what an outer scope owns", () => {
    const before = memory().tensors;
    const result = scope(() => {
      const x = scope(() => add(zeros([2]), 1));
      const y = scope(() => x.mul(2));
      expect([x.disposed, y.disposed]).toEqual([false, false]);
      return y;
    });
    expect(memory().tensors - before).toBe(1);
    scope(() => result.add(1));
    expect(result.disposed).toBe(false);
  });

  it("is closed when its body throws", () => {
    const broken = () => {
      throw new Error("from the body");
    };
    expect(() => scope(() => scope(broken))).toThrow("from the body");
    const x = zeros([1]); // belongs to no scope
    scope(() => 0);
    expect(x.disposed).toBe(false);
  });

  it("refuses a Promise in its type", () => {
    const before = memory().tensors;
    // @ts-expect-error a body is synchronous
    expect(() => scope(() => Promise.resolve(zeros([1])))).toThrow("scope: the body returned a Promise");
    expect(memory().tensors).toBe(before);
  });

  it("keeps a loop's memory constant", () => {
    const step = () =>
      scope(
        () =>
          void zeros([64, 64])
            .add(1)
            .matmul(zeros([64, 64])),
      );
    step();
    const before = memory();
    for (let i = 0; i < 20; i++) step();
    expect(memory()).toEqual(before);
  });
});

describe("a freed tensor", () => {
  it("makes no views", () => {
    const x = zeros([4]);
    x.dispose();
    expect(() => x.reshape([2, 2])).toThrow("tensor (4) was freed by dispose().");
    expect(() => x.detach()).toThrow("tensor (4) was freed by dispose().");
  });

  it.each([
    ["an op", (x: Tensor) => x.add(1)],
    ["an op's second input", (x: Tensor) => add(zeros([4]), x)],
    ["assign to it", (x: Tensor) => assign(x, zeros([4]))],
    ["assign from it", (x: Tensor) => assign(zeros([4]), x)],
    ["a view", (x: Tensor) => x.reshape([2, 2])],
  ] as const)("is refused by %s", (_, use) => {
    const byHand = zeros([4]);
    byHand.dispose();
    let byScope: Tensor | undefined;
    scope(() => {
      byScope = zeros([4]);
    });
    expect(() => use(byHand)).toThrow(/^tensor \(4\) was freed by dispose\(\)\.$/);
    expect(() => use(byScope as Tensor)).toThrow(
      /^tensor \(4\) was freed when its scope ended; return it from scope\(\) or call keep\(\) on it\.$/,
    );
  });

  it("is refused by every way to read it", async () => {
    const x = zeros([1]);
    x.dispose();
    for (const read of [x.item(), x.data(), x.toArray()])
      await expect(read).rejects.toThrow(/^tensor \(1\) was freed by dispose\(\)\.$/);
  });

  it("may be freed twice: the second time does nothing, and the first reason stays", () => {
    const before = memory();
    const x = scope(() => {
      const x = zeros([4]);
      x.dispose();
      return [x];
    })[0] as Tensor;
    x.dispose();
    x[Symbol.dispose]();
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
    expect(() => x.add(1)).toThrow("tensor (4) was freed by dispose().");
  });

  it("is freed at the end of the block that uses it", () => {
    let seen: Tensor;
    {
      using x = zeros([4]);
      seen = x;
      expect(seen.disposed).toBe(false);
    }
    expect(seen.disposed).toBe(true);
  });

  it("is still read when the read had begun", async () => {
    const x = tensor([1, 2]);
    const reading = x.toArray();
    x.dispose();
    tensor([3, 4]);
    expect(await reading).toEqual([1, 2]);
  });
});

describe("memory", () => {
  it("counts tensors, the bytes of their buffers, and the bytes that wait in the pool", () => {
    const before = memory();
    const x = zeros([100]); // 400 bytes, in a buffer of 512
    const view = x.reshape([10, 10]);
    const during = memory();
    expect(during).toMatchObject({ tensors: before.tensors + 2, bytes: before.bytes + 512 });
    x.dispose();
    expect(memory().bytes).toBe(during.bytes);
    view.dispose();
    const after = { ...before, pooledBytes: during.pooledBytes + 512 };
    expect(memory()).toEqual(after);
    const again = zeros([128]); // takes that buffer
    expect(memory().pooledBytes).toBe(during.pooledBytes);
    again.dispose();
    expect(memory()).toEqual(after);
  });
});
