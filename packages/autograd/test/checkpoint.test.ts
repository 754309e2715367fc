import { checkpoint, gradients, noGrad, tape } from "@weft/autograd";
import {
  dropout,
  Generator,
  linear,
  memory,
  mul,
  open,
  scope,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  uniform,
} from "@weft/tensor";
import { beforeAll, describe, expect, it, vi } from "vitest";

let device: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  device = await open();
});

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true });
const free = (...tensors: Tensor[]): void => {
  for (const x of tensors) x.grad?.dispose();
  for (const x of tensors) x.grad = undefined;
};

describe("checkpoint", () => {
  it("gives inputs and what the function caught their gradients", async () => {
    const [x, w] = [leaf([1, 2]), leaf([3, 4])];
    const h = square(w); // made before, with a history of its own
    sum(checkpoint((x) => mul(square(x), mul(h, w)), x)).backward(); // x² w³
    expect(await x.grad?.toArray()).toEqual([54, 256]);
    expect(await w.grad?.toArray()).toEqual([27, 192]);
  });

  it("puts one call on the tape, and nothing without recording", () => {
    const x = leaf([1, 2]);
    const y = checkpoint((x) => square(square(x)), x);
    expect(tape(sum(y)).calls.map(({ op }) => op)).toEqual(["sum", "checkpoint"]);
    expect(noGrad(() => checkpoint((x) => square(x), x)).requiresGrad).toBe(false);
    expect(checkpoint((x) => square(x), tensor([1])).requiresGrad).toBe(false);
  });

  it("hands several results through, also those that need nothing", async () => {
    const x = leaf([1, 2]);
    const constant = tensor([5]);
    const [a, b, c, d] = checkpoint((x) => [square(x), x, constant, x.detach().mul(2)] as const, x);
    expect([b === x, c === constant, d.requiresGrad]).toEqual([true, true, false]);
    expect(await d.toArray()).toEqual([2, 4]);
    sum(mul(a, b)).backward(); // x³
    expect(await x.grad?.toArray()).toEqual([3, 12]);
  });

  it("counts an input once that is given or used twice", async () => {
    const x = leaf([3]);
    sum(checkpoint((a, b) => mul(mul(a, b), x), x, x)).backward();
    expect(await x.grad?.toArray()).toEqual([27]);
  });

  it("nests", async () => {
    const x = leaf([2]);
    const inner = (x: Tensor) => checkpoint((x) => square(x), x);
    sum(checkpoint((x) => mul(inner(x), inner(mul(x, 2))), x)).backward(); // 4x⁴
    expect(await x.grad?.toArray()).toEqual([128]);
  });

  it("can be differentiated again, and run again where retained", async () => {
    const [x, w] = [leaf([2]), leaf([3])];
    const y = checkpoint((x) => mul(mul(square(x), x), square(w)), x); // x³w²
    const [dx] = gradients(y, [x], { createGraph: true }); // 3x²w²
    const [dxx, dxw] = gradients(dx, [x, w], { retainGraph: true });
    expect([await dx.item(), await dxx.item(), await dxw.item()]).toEqual([108, 108, 72]);
    y.backward({ retainGraph: true });
    y.backward();
    expect(await x.grad?.item()).toBe(216);
  });

  it("runs hooks on what the function caught once, with the whole gradient", async () => {
    const w = leaf([3]);
    const grads: number[] = [];
    w.registerHook((grad) => {
      grads.push(grad.size);
      return grad.mul(2);
    });
    sum(
      mul(
        checkpoint((x) => mul(x, w), leaf([5])),
        w,
      ),
    ).backward(); // 5w²
    expect(grads).toEqual([1]);
    expect(await w.grad?.toArray()).toEqual([60]);
  });

  it("draws the same random numbers, and leaves the generators where they would be without it", async () => {
    const run = async (through: (f: (x: Tensor) => Tensor, x: Tensor) => Tensor) => {
      const generator = new Generator(7);
      const x = leaf(Array.from({ length: 64 }, (_, i) => i + 1));
      const before = dropout(x, 0.5, generator);
      const y = through((x) => dropout(tanh(dropout(x, 0.25, generator)), 0.5, generator), before);
      sum(mul(y, uniform([64], { generator }))).backward();
      return { grad: await x.grad?.toArray(), state: generator.state };
    };
    expect(await run((f, x) => checkpoint(f, x))).toEqual(await run((f, x) => f(x)));
  });
});

describe("memory of checkpoint", () => {
  const layers = 8;
  const [batch, hidden] = [256, 64];

  /** Gradients of a deep network, bit by bit, and the most bytes alive on the way. */
  async function train(through: (f: (x: Tensor) => Tensor, x: Tensor) => Tensor) {
    const generator = new Generator(1);
    const weights = Array.from({ length: layers }, () =>
      uniform([hidden, hidden], { generator, low: -0.2, high: 0.2, requiresGrad: true }),
    );
    const x = uniform([batch, hidden], { generator });
    const block = (w: Tensor) => (x: Tensor) => square(tanh(tanh(linear(x, w)).add(x)));
    let peak = 0;
    const start = memory();
    const allocate = vi.spyOn(device, "allocate");
    const original = Object.getPrototypeOf(device).allocate as typeof device.allocate;
    allocate.mockImplementation((bytes) => {
      const storage = original.call(device, bytes);
      peak = Math.max(peak, memory().bytes - start.bytes);
      return storage;
    });
    scope(() => {
      sum(weights.reduce((y, w) => through(block(w), y), x)).backward();
    });
    allocate.mockRestore();
    const left = memory().tensors - start.tensors;
    const grads = await Promise.all(weights.map(({ grad }) => grad?.data()));
    free(...weights);
    return { grads, peak, left };
  }

  it("is lower at its peak, and the gradients are the same to the last bit", async () => {
    const stored = await train((f, x) => f(x));
    const recomputed = await train((f, x) => checkpoint(f, x));
    expect(recomputed.grads).toEqual(stored.grads);
    expect(recomputed.left).toBe(layers);
    expect(stored.left).toBe(layers);
    expect(recomputed.peak).toBeLessThan(0.5 * stored.peak);
  });
});

describe("checkpoint refuses a function", () => {
  const lines = "it must compute the same both times.";

  it("whose second run gives other shapes", () => {
    let n = 3;
    const x = leaf([1, 2, 3, 4]);
    const y = checkpoint((x) => square(x.slice(0, 0, n--)), x);
    expect(() => sum(y).backward()).toThrow(
      `checkpoint: the function gave (3) at first and (2) in backward(); ${lines}`,
    );
  });

  it("whose second run uses other tensors", () => {
    const [x, w] = [leaf([1]), leaf([2])];
    let isFirst = true;
    const y = checkpoint((x) => {
      const factor = isFirst ? tensor([1]) : square(w);
      isFirst = false;
      return mul(x, factor);
    }, x);
    expect(() => y.backward()).toThrow(
      `checkpoint: in backward() the function used a tensor (1) that it did not use at first; ${lines}`,
    );
  });

  it("that returns a Promise", () => {
    const asynchronous = (async (x: Tensor) => square(x)) as unknown as (x: Tensor) => Tensor;
    expect(() => checkpoint(asynchronous, leaf([1]))).toThrow(
      "checkpoint: the function returned a Promise; it must be synchronous.",
    );
  });

  it("but not one that makes a leaf of its own", async () => {
    const x = leaf([2]);
    sum(checkpoint((x) => mul(x, leaf([3])), x)).backward();
    expect(await x.grad?.toArray()).toEqual([3]);
  });

  it("none of whose tensors may be changed in between", async () => {
    const { assign } = await import("@weft/tensor");
    const x = leaf([1]);
    const y = checkpoint((x) => square(x), x);
    assign(x, tensor([2]));
    expect(() => y.backward()).toThrow("a tensor (1) was changed in place after checkpoint used it");
  });
});
