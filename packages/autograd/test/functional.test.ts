import { grad, gradients, hvp, jvp, noGrad, valueAndGrad, vjp } from "@weft/autograd";
import { add, memory, mul, ones, open, scope, square, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (data: number | number[]): Tensor => tensor(data, { requiresGrad: true });
const cube = (x: Tensor): Tensor => x.mul(x).mul(x);

describe("grad", () => {
  it("nests, also inside noGrad", async () => {
    const third = grad(grad(grad(cube)));
    expect(await third(tensor(2)).item()).toBe(6);
    expect(await noGrad(() => third(tensor(2))).item()).toBe(6);
  });

  it("leaves no history where nobody may ask for it", () => {
    const x = tensor(2);
    expect([grad(cube)(x).requiresGrad, x.requiresGrad]).toEqual([false, false]);
    const own = leaf(2);
    expect(noGrad(() => grad(cube)(own)).requiresGrad).toBe(false);
  });

  it("lets gradients flow to an input that has a history", async () => {
    const w = leaf(3);
    const x = square(w); // 9
    grad(cube)(x).backward(); // 3x² = 3w⁴
    expect(await w.grad?.item()).toBe(12 * 27);
  });

  it("lets gradients flow to what the function caught", async () => {
    const w = leaf(3);
    const slope = grad((x: Tensor) => mul(w, square(x)))(tensor(2)); // 2wx
    slope.backward();
    expect(await w.grad?.item()).toBe(4);
    // d/dy of (d/dx x²y at 5): the inner function catches the outer one's argument.
    const inner = (y: Tensor) => grad((x: Tensor) => mul(square(x), y))(tensor(5));
    expect(await grad(inner)(tensor(1)).item()).toBe(10);
  });

  it("tells its perturbations apart", async () => {
    // d/dx [x · d/dy (x + y)] = 1, not 2 (Siskind and Pearlmutter 2005).
    const f = (x: Tensor) => mul(x, grad((y: Tensor) => add(x, y))(tensor(1)));
    expect(await grad(f)(tensor(1)).item()).toBe(1);
  });

  it("takes the argument that is named, or several", async () => {
    const f = (a: Tensor, b: Tensor) => sum(mul(square(a), b));
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    expect(await grad(f, { argument: 1 })(a, b).toArray()).toEqual([1, 4]);
    const [da, db] = grad(f, { argument: [0, 1] })(a, b);
    expect([await da.toArray(), await db.toArray()]).toEqual([
      [6, 16],
      [1, 4],
    ]);
  });

  it("is zero where the result does not depend on the input", async () => {
    expect(await grad((_: Tensor) => tensor(5))(tensor([1, 2])).toArray()).toEqual([0, 0]);
    expect(await grad(grad((x: Tensor) => sum(x)))(tensor(1)).item()).toBe(0);
  });

  it("leaves grad of leaves alone, and computes values too", async () => {
    const x = leaf([1, 2]);
    const [value, gradient] = valueAndGrad((x: Tensor) => sum(square(x)))(x);
    expect([await value.item(), await gradient.toArray(), x.grad]).toEqual([5, [2, 4], undefined]);
    const [again] = gradients(add(value, sum(gradient)), [x]); // Σ x² + 2x
    expect(await again.toArray()).toEqual([4, 6]);
  });

  it("refuses what has no gradient", () => {
    expect(() => grad((x: Tensor) => x)(tensor([1, 2]))).toThrow(
      "grad: the function must return one number, got (2); sum() it, or use jacobian().",
    );
    expect(() => grad(cube, { argument: 1 })(tensor(1))).toThrow(
      "grad: there is no argument 1; the function was given 1.",
    );
    expect(() => grad((x: Tensor) => x)(tensor(new Int32Array([0])))).toThrow(
      "grad: input 1 is i32, which has no derivative; cast() it, or let the function catch it.",
    );
    const asynchronous = (async () => tensor(1)) as unknown as (x: Tensor) => Tensor;
    expect(() => grad(asynchronous)(tensor(1))).toThrow(
      "grad: the function returned a Promise; return a tensor, or an array of tensors.",
    );
    expect(() => grad((() => 3) as unknown as (x: Tensor) => Tensor)(tensor(1))).toThrow(
      "grad: the function returned 3; return a tensor, or an array of tensors.",
    );
  });
});

describe("products", () => {
  const f = (a: Tensor, b: Tensor): [Tensor, Tensor] => [mul(a, b), square(a)];
  const inputsOf = () => [tensor([1, 2]), tensor([3, 4])] as const;

  it("of a vector and the Jacobian", async () => {
    const [[y], [da, db]] = vjp(f, inputsOf(), [tensor([1, 10]), tensor([100, 1000])]);
    expect(await y?.toArray()).toEqual([3, 8]);
    expect([await da.toArray(), await db.toArray()]).toEqual([
      [203, 4040],
      [1, 20],
    ]);
    const [, dx] = vjp((x) => sum(square(x)), tensor([1, 2]));
    expect(await dx.toArray()).toEqual([2, 4]);
  });

  it("of the Jacobian and a vector", async () => {
    const [, [dy, dz]] = jvp(f, inputsOf(), [tensor([1, 10]), tensor([100, 1000])]);
    expect([await dy?.toArray(), await dz?.toArray()]).toEqual([
      [103, 2040],
      [2, 40],
    ]);
    const [value, slope] = jvp(() => tensor([7]), tensor([1, 2]), ones([2]));
    expect([await value.toArray(), await slope.toArray()]).toEqual([[7], [0]]);
  });

  it("of the Hessian and a vector, for several inputs", async () => {
    const g = (a: Tensor, b: Tensor) => sum(mul(square(a), b)); // Haa = 2b, Hab = 2a
    const [, [ha, hb]] = hvp(g, inputsOf(), [tensor([1, 1]), tensor([10, 10])]);
    expect([await ha.toArray(), await hb.toArray()]).toEqual([
      [26, 48],
      [2, 4],
    ]);
  });

  it("can be differentiated again", async () => {
    const x = leaf([1, 2]);
    const [, slope] = jvp((x) => cube(x), x, tensor([1, 1])); // 3x²
    sum(slope).backward();
    expect(await x.grad?.toArray()).toEqual([6, 12]);
  });

  it("refuse vectors that do not fit", () => {
    const x = tensor([1, 2]);
    expect(() => vjp((x) => square(x), x, tensor([1]))).toThrow(
      "vjp: v is (1), expected (2), the shapes of the results.",
    );
    expect(() => vjp((x) => square(x), x)).toThrow(
      "vjp: the function must return one number, got (2); give v, the vector to multiply with.",
    );
    expect(() => jvp((x) => square(x), x, tensor([1]))).toThrow(
      "jvp: v is (1), expected (2), the shapes of the inputs.",
    );
    expect(() => hvp((x) => square(x), x, tensor([1, 1]))).toThrow(
      "hvp: the function must return one number, got (2); sum() it.",
    );
  });

  it("leave nothing but their results", () => {
    const x = tensor([1, 2]);
    const w = leaf([3, 4]);
    const before = memory().tensors;
    const left = (f: () => readonly Tensor[]) => {
      const results = f();
      const count = memory().tensors - before - results.length;
      for (const result of results) result.dispose();
      return count;
    };
    expect(left(() => [grad((x: Tensor) => sum(cube(x)))(x)])).toBe(0);
    expect(left(() => hvp((x) => sum(cube(x)), x, x))).toBe(0);
    expect(left(() => jvp(cube, x, x))).toBe(0);
    expect(left(() => vjp(cube, x, x))).toBe(0);
    scope(() => {
      sum(grad((x: Tensor) => sum(mul(w, cube(x))))(x)).backward();
    });
    expect(memory().tensors - before).toBe(1); // w.grad
  });
});
