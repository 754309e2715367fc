import { backward, gradients } from "@weft/autograd";
import { add, memory, mul, open, scope, square, sum, type Tensor, tensor, unbind, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (data: number | number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });
const cube = (x: Tensor): Tensor => x.mul(x).mul(x);

describe("backward with createGraph", () => {
  it("leaves gradients that can be differentiated again", async () => {
    const x = leaf([1, 2]);
    backward(sum(cube(x)), { createGraph: true });
    const first = x.grad as Tensor;
    expect(first.requiresGrad).toBe(true);
    expect(await first.toArray()).toEqual([3, 12]);
    const [second] = gradients(sum(square(first)), [x], { retainGraph: true }); // Σ 9x⁴
    expect(await second.toArray()).toEqual([36, 288]);
    sum(first).backward(); // adds Σ 3x²'s, without a history
    expect([await x.grad?.toArray(), x.grad?.requiresGrad]).toEqual([[9, 24], false]);
  });

  it("retains the graph", async () => {
    const x = leaf([1, 2]);
    const loss = sum(cube(x));
    backward(loss, { createGraph: true, retainGraph: false });
    backward(loss);
    expect(await x.grad?.toArray()).toEqual([6, 24]);
    expect(x.grad?.requiresGrad).toBe(false);
  });

  it("gives two leaves two gradients", async () => {
    const [a, b] = [leaf([1]), leaf([2])];
    backward(sum(add(a, b)), { createGraph: true });
    a.grad?.dispose();
    expect(await b.grad?.toArray()).toEqual([1]);
  });

  it("adds to a gradient without changing the one that others may use", async () => {
    const x = leaf([2]);
    backward(sum(square(x)), { createGraph: true });
    const before = x.grad as Tensor;
    backward(sum(square(x)), { createGraph: true });
    expect([await before.toArray(), await x.grad?.toArray()]).toEqual([[4], [8]]);
  });
});

describe("gradients", () => {
  it("of given inputs leave grad alone", async () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    const [dx, dy] = gradients(sum(mul(square(x), y)), [x, y]);
    expect([await dx.toArray(), await dy.toArray()]).toEqual([
      [6, 16],
      [1, 4],
    ]);
    expect([x.grad, y.grad, dx.requiresGrad]).toEqual([undefined, undefined, false]);
  });

  it("may be asked for results as well as leaves, together", async () => {
    const x = leaf([3]);
    const y = square(x);
    const z = mul(y, x); // x³
    const [dz, dy, dx] = gradients(square(z), [z, y, x]);
    expect([await dz.item(), await dy.item(), await dx.item()]).toEqual([54, 162, 1458]);
  });

  it("stop at a result: what lies behind it may have been freed", async () => {
    const x = leaf([3]);
    const y = square(x);
    sum(y).backward();
    const [dy] = gradients(square(y), [y]);
    expect(await dy.item()).toBe(18);
    expect(() => gradients(square(y), [y, x])).toThrow("gradients: the calls behind this loss were freed");
  });

  it("take one gradient for each output", async () => {
    const x = leaf([1, 2]);
    const [dx] = gradients([square(x), mul(x, 10)], [x], { gradOutputs: [tensor([1, 2]), tensor([3, 4])] });
    expect(await dx.toArray()).toEqual([32, 48]);
  });

  it("are zero for outputs of an op that are not used, and undefined where that is allowed", async () => {
    const x = leaf([[1], [2]]);
    const unused = leaf([4]);
    const [dx, none] = gradients(sum(square(unbind(x)[0] as Tensor)), [x, unused], { allowUnused: true });
    expect(await dx?.toArray()).toEqual([[2], [0]]);
    expect(none).toBeUndefined();
  });

  it("of an input that is the output are the gradient given", async () => {
    const x = leaf([5]);
    const given = tensor([7]);
    const [dx] = gradients(x, [x], { gradOutputs: [given] });
    dx.dispose();
    expect(await given.toArray()).toEqual([7]);
  });

  it("nest without limit", async () => {
    const x = leaf(2);
    const fourth = mul(cube(x), x);
    const [d1] = gradients(fourth, [x], { createGraph: true });
    const [d2] = gradients(d1, [x], { createGraph: true });
    const [d3] = gradients(d2, [x], { createGraph: true });
    const [d4] = gradients(d3, [x]);
    expect(await Promise.all([d1, d2, d3, d4].map((d) => d.item()))).toEqual([32, 48, 48, 24]);
  });

  it("share no memory, also of the same input asked for twice", async () => {
    const [a, b] = [leaf([1]), leaf([2])];
    const found = gradients(add(a, b), [a, b, a]);
    expect(new Set(found.map(({ storage }) => storage)).size).toBe(3);
    const again = gradients(mul(add(a, b), add(a, b)), [a, b, a], { createGraph: true });
    again[0].dispose();
    expect(await again[2].toArray()).toEqual([6]);
  });

  it("read only the calls on the way", async () => {
    const [x, other] = [leaf([1]), leaf([2])];
    const side = square(other);
    const loss = mul(square(x), side);
    gradients(loss, [x]);
    side.backward(); // its call was not freed
    expect(await other.grad?.item()).toBe(4);
  });

  it("leave nothing behind", () => {
    const x = leaf([1, 2]);
    const before = memory().tensors;
    scope(() => {
      const [dx] = gradients(sum(cube(x)), [x], { createGraph: true });
      gradients(sum(dx), [x]);
    });
    const loss = cube(x);
    const during = memory().tensors;
    const [dx] = gradients(loss, [x], { gradOutputs: [zeros([2])], retainGraph: true });
    expect(memory().tensors - during).toBe(2); // dx and the zeros
    dx.dispose();
    scope(() => void loss.dispose());
    expect(before).toBeGreaterThan(0);
  });
});

describe("gradients refuse", () => {
  const x = () => leaf([1, 2]);

  it.each([
    [
      () => gradients(square(x()), [x()]),
      "gradients: output 1 (2) holds 2 numbers; give gradOutputs, or call mean() or sum() first.",
    ],
    [
      () => gradients(sum(square(x())), [tensor([1])]),
      "gradients: input 1 (1) requires no gradient; set requiresGrad before the outputs are computed from it.",
    ],
    [
      () => gradients(sum(square(x())), [x()]),
      "gradients: no output depends on input 1 (2); pass { allowUnused: true } to get undefined for it.",
    ],
    [
      () => gradients(sum(tensor([1])), [x()]),
      "gradients: nothing behind output 1 () requires a gradient; set requiresGrad on an input first.",
    ],
    [
      () => gradients(square(x()), [x()], { gradOutputs: [zeros([3])] }),
      "gradients: gradOutput 1 is (3) for output 1 (2); give one of the output's shape.",
    ],
    [
      () => gradients(square(x()), [x()], { gradOutputs: [] }),
      "gradients: there are 1 outputs and 0 gradOutputs; give one for each.",
    ],
  ])("%#", (run, message) => {
    expect(run).toThrow(message);
  });
});
