import { backward, gradcheck, noGrad } from "@weft/autograd";
import { parseKernel } from "@weft/kernels";
import {
  add,
  defineOp,
  launch,
  lstmCell,
  mul,
  ones,
  open,
  scope,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
  unbind,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (data: number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });
const FREED =
  "backward: the calls behind this loss were freed by an earlier backward(); detach() what is carried from one step to the next, such as a state (detachState() of @weft/nn), detach() a weight that was computed and set its requiresGrad, or pass { retainGraph: true } to the earlier one.";

describe("the tape", () => {
  it("leaves gradients on leaves only", async () => {
    const x = leaf([1, 2]);
    const y = square(x);
    sum(y).backward();
    expect(y.grad).toBeUndefined();
    expect(x.grad?.requiresGrad).toBe(false);
    expect(await x.grad?.toArray()).toEqual([2, 4]);
  });

  it("gives a loss that is a leaf the gradient 1", async () => {
    const x = tensor(3, { requiresGrad: true });
    x.backward();
    expect(await x.grad?.item()).toBe(1);
  });

  it("passes by what does not reach the loss", async () => {
    const [x, unused] = [leaf([3]), leaf([4])];
    const y = square(x);
    mul(y, unused);
    sum(y).backward();
    expect(await x.grad?.toArray()).toEqual([6]);
    expect(unused.grad).toBeUndefined();
  });

  it("gives constants no gradient", () => {
    const [x, constant] = [leaf([1, 2]), ones([2])];
    sum(mul(x, constant)).backward();
    expect(constant.grad).toBeUndefined();
  });

  it("fills in zeros for outputs of an op that nobody used", async () => {
    const x = leaf([
      [1, 2],
      [3, 4],
    ]);
    sum(square(unbind(x)[1] as Tensor)).backward();
    expect(await x.grad?.toArray()).toEqual([
      [0, 0],
      [6, 8],
    ]);
    const [gates, c] = [leaf([[0, 0, 0, 0]]), leaf([[1]])];
    const [, next] = lstmCell(gates, c);
    sum(next).backward(); // c' = σ(f) c + σ(i) tanh(g)
    expect(await c.grad?.toArray()).toEqual([[0.5]]);
    expect(await gates.grad?.toArray()).toEqual([[0, 0.25, 0.5, 0]]);
  });

  it("refuses a loss that shares freed calls with an earlier one", async () => {
    const x = leaf([1, 2]);
    const y = square(x);
    const [first, second] = [sum(y), sum(mul(y, 3))];
    first.backward();
    expect(() => second.backward()).toThrow(FREED);
    expect(await x.grad?.toArray()).toEqual([2, 4]);
  });

  it("serves two losses when the first retains it", async () => {
    const x = leaf([1, 2]);
    const y = square(x);
    const [first, second] = [sum(y), sum(mul(y, 3))];
    first.backward({ retainGraph: true });
    second.backward();
    expect(await x.grad?.toArray()).toEqual([8, 16]);
  });

  it("refuses a loss behind which a tensor was freed", () => {
    const x = leaf([1, 2]);
    const lost =
      "backward: a tensor (2) behind this loss was freed; call backward() before its scope ends, return it from scope(), or detach() what is carried from one step to the next, such as a state (detachState() of @weft/nn).";
    const loss = scope(() => sum(square(x)));
    expect(() => loss.backward()).toThrow(lost);
    const whole = sum(square(x));
    whole.dispose();
    expect(() => whole.backward()).toThrow("backward: a tensor () behind this loss was freed");
    expect(x.grad).toBeUndefined();
  });
});

describe("gradients", () => {
  it("share memory with no leaf, view or input", async () => {
    const [a, b, c] = [leaf([[1, 2]]), leaf([[3, 4]]), leaf([[5], [6]])];
    const weight = tensor([[10, 20]]);
    sum(mul(add(add(a, b), transpose(c)), weight)).backward();
    const gradients = [a, b, c].map(({ grad }) => grad as Tensor);
    const buffers = [...gradients, a, b, c, weight].map(({ storage }) => storage.buffer);
    expect(new Set(buffers).size).toBe(buffers.length);
    expect(gradients.every(({ isContiguous }) => isContiguous)).toBe(true);
    expect(await gradients[2]?.toArray()).toEqual([[10], [20]]);
  });

  it("outlive a scope around backward", async () => {
    const x = leaf([1, 2]);
    scope(() => sum(square(x)).backward());
    const { grad } = x;
    scope(() => sum(square(x)).backward());
    expect(x.grad).toBe(grad);
    expect(await grad?.toArray()).toEqual([4, 8]);
  });

  it("are summed over new axes and stretched ones", async () => {
    const [number, row] = [tensor(2, { requiresGrad: true }), leaf([[1, 2, 3]])];
    sum(mul(ones([4, 2, 3]), mul(row, number))).backward();
    expect(await number.grad?.item()).toBe(48);
    expect(await row.grad?.toArray()).toEqual([[16, 16, 16]]);
  });
});

describe("noGrad", () => {
  it("may be nested, returns what its body returns, and ends when the body throws", () => {
    const x = leaf([1]);
    noGrad(() => noGrad(() => 0));
    expect(square(x).requiresGrad).toBe(true);
    expect(() =>
      noGrad(() => {
        throw new Error("from the body");
      }),
    ).toThrow("from the body");
    expect(square(x).requiresGrad).toBe(true);
    expect(noGrad(() => [square(x), 5] as const)[0].call).toBeUndefined();
  });

  it("leaves a loss that nothing can learn from", () => {
    const x = leaf([1]);
    expect(() => backward(noGrad(() => sum(square(x))))).toThrow("backward: nothing behind this loss");
  });

  it("refuses a Promise, in its type and when it runs", () => {
    // @ts-expect-error a body is synchronous
    expect(() => noGrad(() => Promise.resolve(0))).toThrow(
      "noGrad: the body returned a Promise; await outside, and keep the body synchronous.",
    );
  });
});

describe("a user's own op", () => {
  const kernel = parseKernel(
    "cube",
    `override WORKGROUP: u32 = 64;
struct Params { size: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < params.size) { out[id.x] = x[id.x] * x[id.x] * x[id.x]; }
}`,
  );
  const cubeWith = (factor: number) =>
    defineOp<[x: Tensor]>({
      name: "cube",
      shape: ([x]) => x.shape,
      forward: ({ inputs: [x], output: out }) =>
        launch(kernel, { x, out }, { size: x.size }, { invocations: x.size }),
      backward: ({ inputs: [x], grad }) => [() => mul(grad, mul(square(x), factor))],
    });

  it("computes and has its gradient", async () => {
    const x = leaf([1, -2]);
    const y = cubeWith(3)(x);
    sum(y).backward();
    expect([await y.toArray(), await x.grad?.toArray()]).toEqual([
      [1, -8],
      [3, 12],
    ]);
  });

  it("passes gradcheck only with the right factor, also for a strided view", async () => {
    const x = tensor([
      [1, -1.5, 0.5],
      [2, -0.5, 1],
    ]);
    expect(await gradcheck((x) => cubeWith(3)(transpose(x)), [x])).toBeLessThan(2e-2);
    await expect(gradcheck(cubeWith(3.5), [x])).rejects.toThrow(
      /^gradcheck: input 1 of 1, direction \d of 3: .*correct the gradient rule\.$/,
    );
  });

  it("that is wrong for one input of two is named by its number", async () => {
    const f = (a: Tensor, b: Tensor) => add(square(a), cubeWith(1)(b));
    await expect(gradcheck(f, [tensor([1]), tensor([2])])).rejects.toThrow(/^gradcheck: input 2 of 2,/);
  });
});
