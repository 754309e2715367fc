import { grad, hessian, jacobian } from "@weft/autograd";
import { matmul, memory, mul, open, square, sum, type Tensor, tensor, transpose } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("jacobian", () => {
  it("has the result's axes, then the input's", async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const j = jacobian((x) => sum(square(x), { axis: 1 }), x);
    expect(j.shape).toEqual([2, 2, 3]);
    expect(await j.toArray()).toEqual([
      [
        [2, 4, 6],
        [0, 0, 0],
      ],
      [
        [0, 0, 0],
        [8, 10, 12],
      ],
    ]);
    expect(jacobian((x) => sum(x), x).shape).toEqual([2, 3]);
    expect(jacobian((x) => transpose(x), x).shape).toEqual([3, 2, 2, 3]);
  });

  it("of several results and inputs is a table of results, each of inputs", async () => {
    const [a, b] = [tensor([1, 2]), tensor(3)];
    const f = (a: Tensor, b: Tensor): [Tensor, Tensor] => [mul(a, b), square(b)];
    const [[ya, yb], [za, zb]] = jacobian(f, [a, b]) as unknown as [[Tensor, Tensor], [Tensor, Tensor]];
    expect(await ya.toArray()).toEqual([
      [3, 0],
      [0, 3],
    ]);
    expect(await yb.toArray()).toEqual([1, 2]);
    expect(await za.toArray()).toEqual([0, 0]);
    expect(await zb.toArray()).toEqual(6);
    const [ja, jb] = jacobian((a, b) => mul(a, b), [a, b]);
    expect([ja.shape, jb.shape]).toEqual([[2, 2], [2]]);
    const [first, second] = jacobian((x) => [square(x), x] as const, a);
    expect([first.shape, second.shape]).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  it("of nothing is empty, and of a constant zero", async () => {
    const x = tensor([1, 2]);
    expect(jacobian((x) => x.slice(0, 0, 0), x).shape).toEqual([0, 2]);
    expect(await jacobian(() => tensor([5]), x).toArray()).toEqual([[0, 0]]);
  });

  it("can be differentiated", async () => {
    const det = (x: Tensor) => sum(square(jacobian((x) => x.mul(x).mul(x), x))); // Σ 9x⁴
    expect(await grad(det)(tensor([1, 2])).toArray()).toEqual([36, 288]);
  });
});

describe("hessian", () => {
  it("of a quadratic form is its matrix twice over", async () => {
    const a = tensor([
      [1, 2],
      [3, 4],
    ]);
    const form = (x: Tensor) => sum(mul(x, matmul(a, x)));
    expect(await hessian(form, tensor([0.5, -1])).toArray()).toEqual([
      [2, 5],
      [5, 8],
    ]);
  });

  it("of several inputs is a table", async () => {
    const f = (a: Tensor, b: Tensor) => mul(sum(square(a)), b);
    const [[aa, ab], [ba, bb]] = hessian(f, [tensor([1, 2]), tensor([3])]);
    expect(await aa.toArray()).toEqual([
      [6, 0],
      [0, 6],
    ]);
    expect(await ab.toArray()).toEqual([[2], [4]]);
    expect(await ba.toArray()).toEqual([[2, 4]]);
    expect(await bb.toArray()).toEqual([[0]]);
  });

  it("refuses several numbers, and leaves nothing but its result", () => {
    expect(() => hessian((x) => x, tensor([1, 2]))).toThrow(
      "hessian: the function must return one number, got (2); sum() it.",
    );
    const x = tensor([1, 2, 3]);
    const before = memory().tensors;
    hessian((x) => sum(x.mul(x).mul(x)), x);
    jacobian((x) => square(x), x);
    expect(memory().tensors - before).toBe(2);
  });
});
