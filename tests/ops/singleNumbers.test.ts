// A single number counts as a row of one in ops along an axis, as in PyTorch: axis 0 and axis −1 are there.
import { backward } from "@weft/autograd";
import * as weft from "@weft/tensor";
import { open, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const zero = () => tensor(0, { dtype: "i32" });
const seven = () => tensor(7);

it.each<[name: string, run: (x: Tensor, axis: number) => Tensor, value: number, slope: number]>([
  ["sum", (x, axis) => weft.sum(x, { axis }), 3, 1],
  ["mean", (x, axis) => weft.mean(x, { axis }), 3, 1],
  ["prod", (x, axis) => weft.prod(x, { axis }), 3, 1],
  ["max", (x, axis) => weft.max(x, { axis, keepDim: true }), 3, 1],
  ["norm", (x, axis) => weft.norm(x, { axis }), 3, 1],
  ["logSumExp", (x, axis) => weft.logSumExp(x, { axis }), 3, 1],
  ["cumsum", (x, axis) => weft.cumsum(x, { axis }), 3, 1],
  ["cumprod", (x, axis) => weft.cumprod(x, { axis }), 3, 1],
  ["softmax", (x, axis) => weft.softmax(x, axis), 1, 0],
  ["sort", (x, axis) => weft.sort(x, { axis }).values, 3, 1],
  ["gather", (x, axis) => weft.gather(x, axis, zero()), 3, 1],
  ["takeAlongAxis", (x, axis) => weft.takeAlongAxis(x, zero(), axis), 3, 1],
  ["indexSelect", (x, axis) => weft.indexSelect(x, axis, zero()), 3, 1],
  ["scatter", (x, axis) => weft.scatter(x, axis, zero(), seven()), 7, 0],
  ["scatter of a number", (x, axis) => weft.scatter(x, axis, zero(), 7), 7, 0],
  ["scatterAdd", (x, axis) => weft.scatterAdd(x, axis, zero(), seven()), 10, 1],
  ["indexAdd", (x, axis) => weft.indexAdd(x, axis, zero(), seven()), 10, 1],
])("%s along the axis of a single number", async (_, run, value, slope) => {
  for (const axis of [0, -1]) {
    const x = tensor(3, { requiresGrad: true });
    const y = run(x, axis);
    expect(y.shape).toEqual([]);
    expect(await y.item()).toBeCloseTo(value, 5);
    backward(y);
    expect(await x.grad?.item()).toBeCloseTo(slope, 5);
  }
  expect(() => run(tensor(3), 1)).toThrow(/there is no axis 1 in a tensor of rank [01]/);
});

it("argmax of a single number is 0", async () => {
  expect(await weft.argmax(tensor(3), { axis: 0 }).item()).toBe(0);
});
