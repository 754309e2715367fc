import "@weft/autograd";
import { Adam, clipGradNorm, Embedding, Linear, Module } from "@weft/nn";
import { memory, open, scope, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });
const withGrad = (x: Tensor, ...grad: number[]): Tensor => {
  x.grad = tensor(grad);
  return x;
};

describe("Adam", () => {
  it.each([
    ["learningRate is NaN; use a number ≥ 0.", { learningRate: Number.NaN }],
    ["learningRate is Infinity; use a number ≥ 0.", { learningRate: Number.POSITIVE_INFINITY }],
    ["betas[0] is -0.1; use a number in [0, 1).", { betas: [-0.1, 0.9] as const }],
    ["eps is -1; use a number ≥ 0.", { eps: -1 }],
    ["weightDecay is -1; use a number ≥ 0.", { weightDecay: -1 }],
  ])("refuses an option: %s", (message, options) => {
    expect(() => new Adam([leaf(1)], options)).toThrow(new RangeError(`Adam: ${message}`));
  });

  it("follows a learning rate that changes between steps", async () => {
    // A constant gradient makes every step as long as the learning rate.
    const x = withGrad(leaf(1), 4);
    const optimizer = new Adam([x], { learningRate: 0.5 });
    optimizer.step();
    expect(await x.item()).toBeCloseTo(0.5, 5);
    optimizer.learningRate = 0.125;
    optimizer.step();
    expect(await x.item()).toBeCloseTo(0.375, 5);
    optimizer.learningRate = 0;
    optimizer.step();
    expect(await x.item()).toBeCloseTo(0.375, 5);
  });

  it("counts steps for each parameter on its own", async () => {
    const [x, late] = [withGrad(leaf(1), 1), leaf(1)];
    const optimizer = new Adam([x, late], { learningRate: 0.25 });
    optimizer.step();
    withGrad(late, 1);
    optimizer.step();
    expect(await x.item()).toBeCloseTo(0.5, 5);
    expect(await late.item()).toBeCloseTo(0.75, 5);
  });

  it("frees gradients with zeroGrad, and its own tensors with dispose", () => {
    const before = memory().tensors;
    const x = leaf(1, 2);
    const optimizer = scope(() => new Adam([x]));
    sum(x).backward();
    const { grad } = x;
    optimizer.step();
    optimizer.zeroGrad();
    optimizer.zeroGrad();
    expect([x.grad, grad?.disposed]).toEqual([undefined, true]);
    optimizer.dispose();
    expect(x.disposed).toBe(false);
    x.dispose();
    expect(memory().tensors).toBeLessThanOrEqual(before + 1); // the sum above
  });

  it("is given a parameter once that two layers share", () => {
    class Tied extends Module {
      readonly table = new Embedding(2, 3);
      readonly decoder = new Linear(3, 2, { bias: false });
    }
    const model = new Tied();
    Object.assign(model.decoder, { weight: model.table.weight });
    expect(Object.keys(model.stateDict())).toEqual(["table.weight", "decoder.weight"]);
    const parameters = model.parameters();
    expect(parameters.length).toBe(1);
    expect(parameters[0]).toBe(model.decoder.weight);
  });
});

describe("clipGradNorm", () => {
  it.each([0, -1, Number.NaN])("refuses a norm of %d", (maxNorm) => {
    expect(() => clipGradNorm([leaf(1)], maxNorm)).toThrow(
      new RangeError(`clipGradNorm: maxNorm is ${maxNorm}; use a number > 0.`),
    );
  });

  it("scales all gradients together, in place, and returns the norm from before", async () => {
    const [x, y, without] = [withGrad(leaf(0), 3), withGrad(leaf(0), 4), leaf(0)];
    const { grad } = x;
    const norm = clipGradNorm([x, y, without], 1);
    expect(await norm.item()).toBeCloseTo(5, 5);
    expect(x.grad).toBe(grad);
    expect([await x.grad?.item(), await y.grad?.item()]).toEqual([
      expect.closeTo(0.6, 5),
      expect.closeTo(0.8, 5),
    ]);
  });

  it("leaves small gradients as they are", async () => {
    const x = withGrad(leaf(0, 0), 3, 4);
    clipGradNorm([x], 6);
    expect(await x.grad?.toArray()).toEqual([3, 4]);
  });

  it("without any gradient is 0", async () => {
    expect(await clipGradNorm([leaf(1)], 1).item()).toBe(0);
  });
});
