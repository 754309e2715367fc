import { backward } from "@weft/autograd";
import { Adam } from "@weft/nn";
import { assign, defineOp, mul, open, square, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const changed =
  "backward: a tensor (1) was changed in place after square used it; " +
  "call backward() before assign() or optimizer.step().";

describe("a tensor that was changed in place between op and backward", () => {
  it("is refused instead of giving a wrong gradient", () => {
    const x = tensor([2], { requiresGrad: true });
    const loss = sum(square(x));
    assign(x, tensor([100]));
    expect(() => backward(loss)).toThrow(changed);
  });

  it("also where an optimizer changed it", () => {
    const x = tensor([2], { requiresGrad: true });
    const loss = sum(square(x));
    backward(loss, { retainGraph: true });
    new Adam([x]).step();
    expect(() => backward(loss)).toThrow(changed);
  });
});

describe("a tensor that no gradient rule reads", () => {
  const twice = (reads: readonly number[] | undefined) =>
    defineOp<[x: Tensor, scale: Tensor]>({
      name: "twice",
      ...(reads && { reads }),
      shape: ([x]) => x.shape,
      forward: ({ inputs: [x], output }) => void assign(output, x),
      backward: ({ inputs: [, scale], grad }) => [() => mul(grad, scale), undefined],
    });
  const [x, scale] = [() => tensor([2], { requiresGrad: true }), () => tensor([3])];

  it("may be changed where the op says so", async () => {
    const [input, factor] = [x(), scale()];
    const y = twice([1])(input, factor);
    assign(input, tensor([100]));
    assign(y, tensor([100]));
    backward(sum(y));
    expect(await input.grad?.toArray()).toEqual([3]);
  });

  it("and only that one", () => {
    const [input, factor] = [x(), scale()];
    const message = (name: string) => `backward: a tensor (1) was changed in place after ${name} used it;`;
    const y = twice([1])(input, factor);
    assign(factor, tensor([100]));
    expect(() => backward(sum(y))).toThrow(message("twice"));
    const other = x();
    const z = twice(undefined)(other, scale());
    assign(other, tensor([100]));
    expect(() => backward(sum(z))).toThrow(message("twice"));
  });
});

describe("a gradient rule", () => {
  it("that returns a wrong shape is named", () => {
    const wrong = defineOp<[x: Tensor]>({
      name: "wrong",
      shape: () => [],
      forward: () => {},
      backward: () => [() => tensor([1, 2, 3])],
    });
    expect(() => backward(wrong(tensor([[1, 2, 3]], { requiresGrad: true }).reshape([3, 1])))).toThrow(
      "backward: wrong returned (3) as gradient of input 1, expected (3, 1); correct its gradient rule.",
    );
  });
});
