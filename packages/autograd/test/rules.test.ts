// A gradient rule that is missing or malformed is named; it never cuts the gradient without a word.
import { backward } from "@weft/autograd";
import { parseKernel } from "@weft/kernels";
import { add, clamp, defineOp, floor, launch, log, mul, open, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const wgsl = [
  "@group(0) @binding(1) var<storage, read> x: array<f32>;",
  "@group(0) @binding(2) var<storage, read_write> out: array<f32>;",
  "@compute @workgroup_size(1) fn main() { out[0] = x[0]; }",
].join("\n");
const kernel = parseKernel("same", wgsl);

/** An op of one number with this rule. */
const withRule = (backward?: unknown): ((x: Tensor) => Tensor) =>
  defineOp<[x: Tensor]>({
    name: "same",
    shape: ([x]) => x.shape,
    forward: ({ inputs: [x], output: out }) => launch(kernel, { x, out }, {}, { workgroups: [1, 1, 1] }),
    ...(backward !== undefined && { backward: backward as never }),
  });

describe("a gradient rule", () => {
  it.each([
    [
      undefined,
      "same has no gradient rule; add `backward` to its definition, or detach() what goes into it.",
    ],
    [
      () => undefined,
      "the gradient rule of same must return, for each of its 1 inputs, a function or undefined",
    ],
    [
      ({ grad }: { grad: Tensor }) => [grad],
      "the gradient rule of same must return, for each of its 1 inputs",
    ],
    [
      () => [],
      "backward: the gradient rule of same returned 0 functions for 1 inputs; return one for each, or undefined",
    ],
    [
      ({ grad }: { grad: Tensor }) => [() => grad, undefined],
      "same returned 2 functions for 1 inputs; return one for each",
    ],
    [() => [() => 3], "same returned 3 as gradient of input 1; return a tensor."],
  ])("%s is refused", (rule, message) => {
    const x = tensor([2], { requiresGrad: true });
    expect(() => backward(sum(add(withRule(rule)(x), x)))).toThrow(message);
  });

  it("may say that an input has none", async () => {
    const x = tensor([2], { requiresGrad: true });
    backward(sum(add(withRule(() => [undefined])(x), x)));
    expect(await x.grad?.toArray()).toEqual([1]);
  });
});

it("of a flat function gives 0 even for an infinite gradient", async () => {
  const x = tensor([-2], { requiresGrad: true });
  backward(sum(log(clamp(x, 0, 1)))); // d log(0) is infinite
  expect(await x.grad?.toArray()).toEqual([0]);
  const y = tensor([0.5], { requiresGrad: true });
  backward(sum(log(floor(y))));
  expect(await y.grad?.toArray()).toEqual([0]);
});

it("accepts a grad that was set to null, as in PyTorch", async () => {
  const x = tensor([3], { requiresGrad: true });
  backward(sum(mul(x, x)));
  x.grad = null as never;
  expect(x.grad).toBeUndefined();
  backward(sum(mul(x, x)));
  expect(await (x.grad as unknown as Tensor).toArray()).toEqual([6]);
});
