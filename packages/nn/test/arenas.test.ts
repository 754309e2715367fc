// Parameters in arenas: what a step costs, and what stays true of tensors that were moved.
import "@weft/autograd";
import { Adam, clipGradNorm, Linear, SGD } from "@weft/nn";
import { add, assign, Device, open, scope, square, sum, type Tensor, tensor, zeros } from "@weft/tensor";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";

let device: Device;

beforeAll(async () => {
  device = await open();
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Parameters of the given sizes, numbered from 1, each filled with its number and with a gradient of ones. */
const parametersOf = (sizes: readonly number[], on = device): Tensor[] =>
  sizes.map((size, i) => {
    const x = tensor(new Float32Array(size).fill(i + 1), { requiresGrad: true, device: on });
    x.grad = tensor(new Float32Array(size).fill(1), { device: on });
    return x;
  });

const values = (parameters: readonly Tensor[]): Promise<number[][]> =>
  Promise.all(parameters.map(async (x) => [...new Set(await x.data())]));

describe("a step", () => {
  it.each([1, 50])("of %d parameters is two dispatches, and reads nothing back", (count) => {
    const parameters = parametersOf(Array.from({ length: count }, (_, i) => 1 + 37 * i));
    const optimizer = new Adam(parameters, { clipNorm: 1, clipValue: 2 });
    const read = vi.spyOn(Device.prototype, "read");
    for (let step = 0; step < 3; step++) {
      const before = device.queue.dispatches;
      optimizer.learningRate = 0.1 / (step + 1);
      optimizer.step();
      expect(device.queue.dispatches - before).toBe(2);
    }
    expect(read).not.toHaveBeenCalled();
  });

  it("reaches every element of parameters that fill blocks exactly, over and under", async () => {
    const parameters = parametersOf([1, 3, 255, 256, 257, 0, 512, 5]);
    new SGD(parameters, { learningRate: 0.5 }).step();
    expect(await values(parameters)).toEqual([[0.5], [1.5], [2.5], [3.5], [4.5], [], [6.5], [7.5]]);
  });

  it("does nothing without gradients", () => {
    const [x] = parametersOf([3]) as [Tensor];
    x.grad = undefined;
    const optimizer = new SGD([x]);
    const before = device.queue.dispatches;
    optimizer.step();
    expect(device.queue.dispatches).toBe(before);
  });

  it("takes a gradient that is a strided view", async () => {
    const x = zeros([2, 3], { requiresGrad: true });
    x.grad = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]).transpose();
    new SGD([x], { learningRate: 1 }).step();
    expect(await x.toArray()).toEqual([
      [-1, -3, -5],
      [-2, -4, -6],
    ]);
  });

  it("refuses a gradient of another shape", () => {
    const [x] = parametersOf([3]) as [Tensor];
    expect(() => {
      x.grad = zeros([3, 1]);
    }).toThrow("grad: the tensor is (3) and its gradient (3, 1); give them one shape.");
  });

  it("of more than 65,535 blocks reaches the last", { timeout: 120_000 }, async () => {
    const own = await open(); // a device of its own, which gives the memory back
    const size = 65_536 * 256 + 7;
    const parameters = parametersOf([size, 3], own);
    const optimizer = new SGD(parameters, { learningRate: 0.5, clipNorm: 2 });
    optimizer.step();
    const norm = Math.sqrt(size + 3);
    expect(await optimizer.gradNorm.item()).toBeCloseTo(norm, 2);
    const [[first], [last]] = (await values(parameters)) as [[number], [number]];
    expect([first, last]).toEqual([expect.closeTo(1 - 1 / norm, 6), expect.closeTo(2 - 1 / norm, 6)]);
    own.close();
  });
});

describe("parameters in an arena", () => {
  it("stay the tensors that a model holds, and lie in one buffer", async () => {
    const model = new Linear(3, 2);
    const { weight } = model;
    const view = weight.reshape([6]);
    const before = await weight.toArray();
    new SGD(model.parameters());
    expect(model.weight).toBe(weight);
    expect(await weight.toArray()).toEqual(before);
    expect(new Set(model.parameters().map(({ storage }) => storage.buffer)).size).toBe(1);
    assign(weight, zeros([2, 3]));
    expect(await view.toArray()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("load a state that is their own, in another order", async () => {
    const [a, b] = [new Linear(2, 2), new Linear(2, 2)];
    new SGD([...a.parameters(), ...b.parameters()]);
    const expected = await b.weight.toArray();
    a.loadStateDict(b.stateDict());
    expect(await a.weight.toArray()).toEqual(expected);
    a.loadStateDict(a.stateDict());
    expect(await a.weight.toArray()).toEqual(expected);
  });

  it("are not changed in place by a step of their neighbours alone", async () => {
    const [x, y] = parametersOf([1, 1]) as [Tensor, Tensor];
    const optimizer = new SGD([x, y], { learningRate: 1 });
    const loss = sum(square(x));
    x.grad = undefined;
    optimizer.step(); // y alone
    loss.backward();
    expect(await (x.grad as Tensor | undefined)?.toArray()).toEqual([2]);
    const next = sum(square(x));
    optimizer.step();
    expect(() => next.backward()).toThrow("was changed in place after square used it");
  });

  it("outlive their optimizer, and move on to the next one", async () => {
    const [x] = parametersOf([2]) as [Tensor];
    const first = new SGD([x], { learningRate: 1 });
    first.step();
    first.dispose();
    expect(await x.toArray()).toEqual([0, 0]);
    new SGD([x], { learningRate: 1 }).step();
    expect(await x.toArray()).toEqual([-1, -1]);
    expect(() => first.step()).toThrow("was freed by dispose()");
  });

  it("may have two optimizers, whose steps alternate", async () => {
    const [x, y, z] = parametersOf([2, 300, 4]) as [Tensor, Tensor, Tensor];
    const all = new SGD([x, y, z], { learningRate: 1 });
    const other = new SGD([z, x], { learningRate: 10 });
    for (const optimizer of [all, other, all]) optimizer.step();
    expect(await values([x, y, z])).toEqual([[-11], [0], [-9]]);
  });

  it("share the arena of an earlier optimizer of the same list", async () => {
    const parameters = parametersOf([2, 300]);
    const first = new SGD(parameters, { learningRate: 1 });
    const [buffer] = parameters.map(({ storage }) => storage.buffer);
    const second = new Adam(parameters, { learningRate: 1 });
    expect(parameters.map(({ storage }) => storage.buffer)).toEqual([buffer, buffer]);
    first.step();
    first.dispose();
    second.step();
    expect((await parameters[1]?.data())?.at(299)).toBeCloseTo(0, 5);
  });

  it("lie in several where the device binds no buffer for all", async () => {
    const small = await open();
    Object.defineProperty(small, "maxBytes", { value: 4 * 1024 });
    const sizes = [600, 300, 900, 1, 256];
    const parameters = parametersOf(sizes, small);
    const optimizer = new Adam(parameters, { learningRate: 0.25, clipNorm: 1 });
    expect(new Set(parameters.map(({ storage }) => storage.buffer)).size).toBe(4);
    const before = small.queue.dispatches;
    optimizer.step();
    expect(small.queue.dispatches - before).toBe(8);
    expect(await optimizer.gradNorm.item()).toBeCloseTo(Math.sqrt(sizes.reduce((a, b) => a + b)), 3);
    const after = [0.75, 1.75, 2.75, 3.75, 4.75];
    expect(await values(parameters)).toEqual(after.map((v) => [expect.closeTo(v, 5)]));
    (parameters[4] as Tensor).grad = tensor(new Float32Array(256).fill(Number.NaN), { device: small });
    optimizer.step();
    expect(await values(parameters)).toEqual(after.map((v) => [expect.closeTo(v, 5)]));
    expect(await optimizer.skippedSteps()).toBe(1);
    const { state } = optimizer.stateDict();
    expect(await state["4.step"]?.item()).toBe(1);
    small.close();
  });

  it("are all that stays of an optimizer that was freed", async () => {
    const own = await open();
    const parameters = parametersOf([1000, 24], own);
    const { tensors } = own.memory();
    const optimizer = new Adam(parameters, { amsgrad: true });
    optimizer.step();
    scope(() => void optimizer.stateDict());
    optimizer.learningRate = 1;
    optimizer.step();
    optimizer.dispose();
    expect(own.memory().tensors).toBe(tensors);
    for (const each of parameters) each.grad?.dispose();
    expect(own.memory().bytes).toBe(5 * 1024); // the arena's blocks
    for (const each of parameters) each.dispose();
    expect(own.memory().bytes).toBe(0);
    own.close();
  });
});

describe("clipGradNorm", () => {
  it("is few dispatches whatever the number of parameters", () => {
    const count = (parameters: Tensor[]) => {
      const before = device.queue.dispatches;
      clipGradNorm(parameters, 1);
      return device.queue.dispatches - before;
    };
    expect(count(parametersOf(Array.from({ length: 40 }, (_, i) => i + 1)))).toBe(count(parametersOf([820])));
  });

  it("joins no more than the device binds", async () => {
    const small = await open();
    const parameters = parametersOf([600, 300, 900], small);
    Object.defineProperty(small, "maxBytes", { value: 4 * 1024 });
    expect(await clipGradNorm(parameters, 0.5).item()).toBeCloseTo(Math.sqrt(1800), 3);
    const clipped = await values(parameters.map(({ grad }) => grad as Tensor));
    expect(clipped).toEqual(parameters.map(() => [expect.closeTo(0.5 / Math.sqrt(1800), 6)]));
    expect(await add(parameters[0] as Tensor, 0).data()).toHaveLength(600);
    small.close();
  });
});
