import { type BackwardOptions, backward, noGrad } from "@weft/autograd";
import { add, matmul, memory, mul, ones, open, scope, square, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (data: number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });

describe("backward", () => {
  it("adds to the gradient that is there, in the same tensor", async () => {
    const x = leaf([1, 2]);
    sum(square(x)).backward();
    const { grad } = x;
    sum(mul(x, 3)).backward();
    expect(x.grad).toBe(grad);
    expect(await grad?.toArray()).toEqual([5, 7]);
  });

  it("adds up the ways a tensor reaches the loss", async () => {
    const x = leaf([3]);
    sum(mul(x, add(x, x))).backward(); // 2x²
    expect(await x.grad?.toArray()).toEqual([12]);
  });

  it("sums gradients over broadcast axes", async () => {
    const [row, column] = [leaf([1, 2, 3]), leaf([[1], [2]])];
    sum(mul(row, column)).backward();
    expect(await row.grad?.toArray()).toEqual([3, 3, 3]);
    expect(await column.grad?.toArray()).toEqual([[6], [6]]);
  });

  it("gives no two leaves one memory", async () => {
    const [a, b] = [leaf([1]), leaf([2])];
    sum(add(a, b)).backward();
    sum(mul(a, 10)).backward();
    expect(await a.grad?.toArray()).toEqual([11]);
    expect(await b.grad?.toArray()).toEqual([1]);
  });

  it("may run again where the calls were retained, and says so where not", async () => {
    const x = leaf([1, 2]);
    const loss = sum(square(x));
    backward(loss, { retainGraph: true });
    backward(loss);
    expect(await x.grad?.toArray()).toEqual([4, 8]);
    expect(() => backward(loss)).toThrow(
      "backward: the calls behind this loss were freed by an earlier backward(); " +
        "detach() what is carried from one step to the next, such as a state (detachState() of @weft/nn), detach() a weight that was computed and set its requiresGrad, or pass { retainGraph: true } to the earlier one.",
    );
  });

  it("refuses a loss of several numbers, and one that nothing can learn from", () => {
    expect(() => backward(square(leaf([1, 2])))).toThrow(
      "backward: loss must hold one number, got shape (2); call mean() or sum() first.",
    );
    expect(() => backward(sum(ones([2])))).toThrow(
      "backward: nothing behind this loss requires a gradient; set requiresGrad on a leaf first.",
    );
  });

  it("refuses options that are none, and the gradient that PyTorch's takes", () => {
    const loss = ones([1], { requiresGrad: true }).sum();
    const call = (options: unknown) => () => backward(loss, options as BackwardOptions);
    expect(call({ retain_graph: true })).toThrow(
      'backward: there is no option "retain_graph"; use retainGraph, createGraph.',
    );
    expect(call(true)).toThrow("backward: the options are true; use an object, { retainGraph: … }.");
    expect(call(ones([1]))).toThrow(
      "backward: a loss takes no gradient; call sum(mul(loss, gradient)) first, or use vjp().",
    );
    expect(() => noGrad(3 as never)).toThrow("noGrad: the body is 3; use a function, () => ….");
  });

  it("leaves nothing behind but the gradients", () => {
    const [x, w] = [leaf([[1, 2]]), leaf([[1], [2]])];
    const before = memory().tensors;
    scope(() => {
      sum(square(matmul(x, w))).backward();
    });
    expect(memory().tensors - before).toBe(2);
  });
});

describe("history", () => {
  it("is not written in noGrad, and ends at detach", async () => {
    const x = leaf([2]);
    expect(noGrad(() => square(x)).requiresGrad).toBe(false);
    sum(mul(square(x).detach(), x)).backward();
    expect(await x.grad?.toArray()).toEqual([4]);
  });
});
