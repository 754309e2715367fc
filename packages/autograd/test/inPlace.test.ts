import { backward } from "@weft/autograd";
import { Adam } from "@weft/nn";
import { assign, defineOp, open, square, sum, type Tensor, tensor } from "@weft/tensor";
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
