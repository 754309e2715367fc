import { backward, gradients } from "@weft/autograd";
import { add, keep, memory, mul, open, scope, square, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true });

describe("registerHook", () => {
  it("sees a leaf's gradient once, after all uses are added up, and not what grad held before", async () => {
    const x = leaf([3]);
    x.grad = tensor([100]);
    const seen: Tensor[] = [];
    x.registerHook((grad) => void seen.push(keep(grad)));
    sum(mul(x, add(x, x))).backward(); // 2x²
    expect(seen.length).toBe(1);
    expect([await seen[0]?.toArray(), await x.grad?.toArray()]).toEqual([[12], [112]]);
  });

  it("sees a result's gradient, and what it returns goes on", async () => {
    const x = leaf([1, 2]);
    const y = square(x);
    y.registerHook((grad) => grad.mul(10));
    sum(add(y, mul(y, 2))).backward();
    expect(await x.grad?.toArray()).toEqual([60, 120]);
  });

  it("may be there several times: in the order of registration", async () => {
    const x = leaf([1]);
    x.registerHook((grad) => grad.add(1));
    x.registerHook((grad) => grad.mul(10));
    sum(mul(x, 2)).backward();
    expect(await x.grad?.toArray()).toEqual([30]);
  });

  it("may be removed, by hand or at the end of a block", async () => {
    const x = leaf([1]);
    let calls = 0;
    const count = () => void calls++;
    const handle = x.registerHook(count);
    {
      using second = x.registerHook(count);
      sum(x).backward();
      expect([calls, typeof second.remove]).toEqual([2, "function"]);
    }
    sum(x).backward();
    handle.remove();
    handle.remove();
    sum(x).backward();
    expect(calls).toBe(3);
  });

  it("may hand on a tensor of the user, which lives on", async () => {
    const x = leaf([1, 2]);
    const mine = tensor([5, 6]);
    const y = square(x);
    y.registerHook(() => mine);
    sum(y).backward();
    expect(await mine.toArray()).toEqual([5, 6]);
    expect(await x.grad?.toArray()).toEqual([10, 24]);
  });

  it("is differentiated through with createGraph", async () => {
    const x = leaf([2]);
    x.registerHook((grad) => square(grad));
    const [dx] = gradients(sum(square(x)), [x], { createGraph: true }); // (2x)²
    expect(await dx.item()).toBe(16);
    const [again] = gradients(dx, [x]); // d/dx 4x² = 8x, and the hook squares it
    expect(await again.item()).toBe(256);
  });

  it("also runs for the inputs of gradients(), before they are handed out", async () => {
    const x = leaf([1]);
    const y = square(x);
    y.registerHook((grad) => grad.mul(3));
    const [dy, dx] = gradients(sum(y), [y, x]);
    expect([await dy.item(), await dx.item()]).toEqual([3, 6]);
  });

  it("leaves nothing behind, also when it throws", () => {
    const x = leaf([1, 2]);
    const before = memory().tensors;
    const handle = x.registerHook((grad) => grad.mul(2).add(1));
    scope(() => sum(square(x)).backward());
    expect(memory().tensors - before).toBe(1); // x.grad
    handle.remove();
    x.registerHook(() => {
      throw new Error("from the hook");
    });
    expect(() => scope(() => backward(sum(square(x))))).toThrow("from the hook");
    expect(memory().tensors - before).toBe(1);
  });

  it("refuses tensors without gradient and gradients of another shape", () => {
    expect(() => tensor([1]).registerHook(() => {})).toThrow(
      "registerHook: the tensor (1) requires no gradient; set requiresGrad, or compute it from one that does.",
    );
    const x = leaf([1, 2]);
    x.registerHook(() => tensor([1]));
    expect(() => sum(x).backward()).toThrow(
      "registerHook: the hook returned f32 (1) for a gradient f32 (2); return one of the same shape and dtype.",
    );
  });
});
