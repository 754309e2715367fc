// A gradient lives as long as its leaf.
import { backward } from "@weft/autograd";
import { keep, memory, ones, open, scope, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (): Tensor => tensor([1, 2], { requiresGrad: true });
const live = (): number => memory().tensors;
const learn = (x: Tensor, options = {}): void => scope(() => backward(x.square().sum(), options));

describe("the gradient of a leaf", () => {
  it("is freed with a leaf that its scope frees: a loop leaves nothing", () => {
    const step = () =>
      scope(() => {
        const x = ones([64, 64], { requiresGrad: true });
        const loss = x.square().sum();
        backward(loss);
        return loss;
      });
    step().dispose();
    const before = memory();
    for (let i = 0; i < 5; i++) step().dispose();
    expect(memory()).toEqual(before);
  });

  it.each([{}, { createGraph: true }])(
    "outlives the scope around backward(_, %o), not that of the leaf",
    async (how) => {
      const before = live();
      let read: Promise<unknown> | undefined;
      scope(() => {
        const x = scope(() => leaf());
        for (let i = 0; i < 2; i++) learn(x, how); // the second one adds to the first
        read = x.grad?.toArray();
      });
      expect(live()).toBe(before);
      expect(await read).toEqual([4, 8]);
    },
  );

  it("of a leaf that no scope owns stays until it is freed", async () => {
    const before = live();
    const x = leaf();
    learn(x);
    expect(live()).toBe(before + 2);
    expect(await x.grad?.toArray()).toEqual([2, 4]);
    x.dispose();
    expect(live()).toBe(before);
  });

  it("goes along with a leaf that is returned, alone or in an object, or kept", async () => {
    const before = live();
    const made = scope(() =>
      scope(() => {
        const [x, y, z] = [leaf(), leaf(), keep(leaf())];
        for (const each of [x, y, z]) learn(each);
        const w = leaf();
        learn(w);
        return { list: [x], model: { y }, z, w: keep(w) };
      }),
    );
    const leaves = [made.list[0] as Tensor, made.model.y, made.z, made.w];
    expect(live()).toBe(before + 8);
    for (const x of leaves) expect(await x.grad?.toArray()).toEqual([2, 4]);
    for (const x of leaves) x.dispose();
    expect(live()).toBe(before);
  });

  it("may be returned without its leaf", async () => {
    const before = live();
    const grad = scope(() => {
      const x = leaf();
      learn(x);
      return x.grad;
    });
    expect(live()).toBe(before + 1);
    expect(await grad?.toArray()).toEqual([2, 4]);
    grad?.dispose();
    expect(live()).toBe(before);
  });

  it("is freed by dispose() of the leaf, unless it was taken away before", async () => {
    const before = live();
    {
      using x = leaf();
      learn(x);
    }
    expect(live()).toBe(before);
    const x = leaf();
    learn(x);
    const { grad } = x;
    x.grad = undefined;
    x.dispose();
    expect(live()).toBe(before + 1);
    expect(await grad?.toArray()).toEqual([2, 4]);
    grad?.dispose();
  });
});
