import { gradcheck, gradgradcheck } from "@weft/autograd";
import {
  abs,
  add,
  defineOp,
  div,
  dropout,
  embedding,
  exp,
  Generator,
  gruCell,
  log,
  lstmCell,
  matmul,
  mul,
  open,
  relu,
  sigmoid,
  softmax,
  sqrt,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  uniform,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const random = (shape: number[], scale: number, seed = 1): Tensor =>
  uniform(shape, { generator: new Generator(seed), low: -scale, high: scale });
const SCALES = [1e-3, 1, 1e3];

/** x³ whose rule is off by a factor, in the first derivative or only in the second. */
const cubeOff = (first: number, second: number): ((x: Tensor) => Tensor) => {
  const slope = defineOp<[x: Tensor]>({
    name: "slope",
    shape: ([x]) => x.shape,
    forward: ({ inputs: [x], output }) => copyTo(output, x.mul(x).mul(3 * first)),
    backward: ({ inputs: [x], grad }) => [() => mul(grad, x.mul(6 * first * second))],
  });
  return defineOp<[x: Tensor]>({
    name: "cubeOff",
    shape: ([x]) => x.shape,
    forward: ({ inputs: [x], output }) => copyTo(output, x.mul(x).mul(x)),
    backward: ({ inputs: [x], grad }) => [() => mul(grad, slope(x))],
  });
};
const copyTo = (target: Tensor, source: Tensor): void =>
  target.device.queue.copy(source.storage.buffer, 0, target.storage.buffer, 0, 4 * target.size);

describe.each(SCALES)("at scale %f", (scale) => {
  const positive = () => abs(random([3, 4], scale)).add(scale / 10);
  const ops: [
    name: string,
    f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
    inputs: () => Tensor[],
  ][] = [
    ["tanh", tanh, () => [random([5, 7], scale)]],
    ["sigmoid", sigmoid, () => [random([5, 7], scale)]],
    ["exp", (x) => exp(mul(x, 1 / scale)), () => [random([11], scale)]],
    ["log", log, () => [positive()]],
    ["sqrt", sqrt, () => [positive()]],
    ["relu", relu, () => [random([9], scale)]],
    ["div", (a, b) => div(a as Tensor, b as Tensor), () => [random([3, 4], scale), positive()]],
    ["matmul", matmul, () => [random([3, 20], scale), random([20, 4], scale, 2)]],
    ["softmax", (x) => softmax(x as Tensor), () => [random([3, 5], Math.min(scale, 10))]],
    ["several results", (x) => [square(x), x.mul(3)], () => [random([6], scale)]],
    ["a constant", (x) => mul(x, 0), () => [random([6], scale)]],
  ];

  it.each(ops)("accepts %s", async (_, f, inputs) => {
    expect(await gradcheck(f, inputs())).toBeLessThan(1e-2);
    expect(await gradgradcheck(f, inputs())).toBeLessThan(1e-2);
  });

  it.each([1.05, 0.95])("refuses a rule that is off by %f", async (factor) => {
    const x = random([4, 5], scale);
    await expect(gradcheck(cubeOff(factor, 1), [x])).rejects.toThrow(/correct the gradient rule\.$/);
    await expect(gradgradcheck(cubeOff(1, factor), [x])).rejects.toThrow(/^gradgradcheck: input 1 of 2,/);
    expect(await gradcheck(cubeOff(1, factor), [x])).toBeLessThan(1e-2);
  });

  it("accepts within 1e-3 by a reference, and refuses what is off by 1 %", async () => {
    const x = random([4, 5], scale);
    const reference = (x: Float64Array) => x.map((v) => v ** 3);
    expect(await gradcheck(cubeOff(1, 1), [x], { reference })).toBeLessThan(1e-3);
    expect(await gradgradcheck(cubeOff(1, 1), [x], { reference })).toBeLessThan(1e-3);
    await expect(gradcheck(cubeOff(1.01, 1), [x], { reference })).rejects.toThrow(
      "correct the gradient rule",
    );
    await expect(gradgradcheck(cubeOff(1, 1.01), [x], { reference })).rejects.toThrow(
      "correct the gradient rule",
    );
  });
});

describe("gradcheck", () => {
  it("accepts a wave far from zero", async () => {
    // exp's second derivative is large against its scale.
    expect(await gradcheck((x) => tanh(x.sub(1000)), [tensor([1000.5, 999.25])])).toBeLessThan(1e-2);
  });

  it("passes on inputs that are not f32, and draws the same numbers each time", async () => {
    const ids = tensor(new Int32Array([0, 2, 2]));
    const generator = new Generator(3);
    const f = (weight: Tensor, ids: Tensor) => dropout(embedding(weight, ids), 0.5, generator);
    expect(await gradcheck(f, [random([3, 4], 1), ids])).toBeLessThan(1e-2);
    expect(await gradgradcheck(f, [random([3, 4], 1), ids])).toBeLessThan(1e-2);
  });

  it("gives the gated cells their second derivatives", async () => {
    const [c, h] = [random([3, 5], 1, 2), random([3, 5], 1, 3)];
    const [gates, other] = [random([3, 20], 2), random([3, 15], 2, 4)];
    expect(await gradgradcheck(lstmCell as never, [gates, c])).toBeLessThan(1e-2);
    expect(await gradgradcheck(gruCell as never, [other, random([3, 15], 2, 5), h])).toBeLessThan(1e-2);
  });

  it("names input, direction and both numbers", async () => {
    const f = (a: Tensor, b: Tensor) => add(square(a), cubeOff(1.05, 1)(b));
    await expect(gradcheck(f, [tensor([1]), tensor([2])])).rejects.toThrow(
      /^gradcheck: input 2 of 2, direction 1 of 3: backward gives -?[\d.]+, differences give -?[\d.]+ \(relative difference 4\.8e-2 > 0\.01\); correct the gradient rule\.$/,
    );
  });

  it("says so when differences prove nothing", async () => {
    // A step function: its slope is whatever the step size makes of it.
    const stairs = (x: Tensor) => x.mul(0).add(x.mul(7).cast("i32").cast("f32"));
    await expect(gradcheck(stairs, [tensor([1, 2, 3])])).rejects.toThrow(
      /^gradcheck: input 1 of 1, direction 1 of 3: differences in f32 do not settle, .* ± .* where backward gives .*; move the input away from a kink, or give \{ reference \}\.$/,
    );
  });

  it("refuses a reference that computes something else, and what has nothing to check", async () => {
    const x = tensor([1, 2]);
    await expect(gradcheck(square, [x], { reference: (x) => x.map((v) => 2 * v) })).rejects.toThrow(
      "gradcheck: number 1 of the result is 1, and 2 by the reference; they must compute the same.",
    );
    await expect(gradcheck(square, [x], { reference: () => new Float64Array(1) })).rejects.toThrow(
      "gradcheck: the function gives 2 numbers and the reference 1; they must compute the same.",
    );
    await expect(gradcheck((x) => x, [tensor(new Int32Array([1]))])).rejects.toThrow(
      "gradcheck: none of the 1 inputs is f32; there is nothing to check.",
    );
    await expect(gradcheck((x) => x.detach(), [x])).rejects.toThrow(
      "gradcheck: the result has no history; give the op a gradient rule.",
    );
  });

  it("leaves nothing behind", async () => {
    // A device of its own: while this test waits, JavaScript may collect tensors of the tests before.
    const device = await open();
    const x = tensor([1, 2], { device });
    await gradcheck((x) => sum(square(x)), [x]);
    await gradgradcheck((x) => sum(square(x)), [x]);
    await gradcheck(cubeOff(1.5, 1), [x]).catch(() => {});
    expect(device.memory().tensors).toBe(1); // x
    device.close();
  });
});
