import "@weft/autograd";
import { crossEntropy } from "@weft/nn";
import { logSoftmax, mul, open, softmax, sum, tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { expectClose, expectTensorClose } from "./close.js";
import { fixture, gradientOf, leaf, type Nested } from "./fixture.js";

interface Case {
  readonly weights: Nested;
  readonly output: Nested;
  readonly gradient: Nested;
}

type Reduction = "mean" | "sum" | "none";

interface Losses {
  readonly x: Nested; // (4, 5); the last two rows overflow a naive exp()
  readonly targets: Nested;
  readonly softmax: Case;
  readonly log_softmax: Case;
  readonly crossEntropy: Record<Reduction, Case>;
}

const losses = fixture<Losses>("losses");

beforeAll(async () => {
  await open();
});

describe.each([
  { name: "softmax", op: softmax, example: losses.softmax },
  { name: "logSoftmax", op: logSoftmax, example: losses.log_softmax },
])("$name", ({ op, example }) => {
  it("has PyTorch's output and gradient", async () => {
    const x = leaf(losses.x);
    const output = op(x);
    await expectTensorClose("output", output, example.output);
    sum(mul(output, tensor(example.weights))).backward();
    expectClose("dx", await gradientOf(x), example.gradient);
  });
});

describe.each(["mean", "sum", "none"] as const)("crossEntropy with reduction %s", (reduction) => {
  it("has PyTorch's loss and gradient", async () => {
    const example = losses.crossEntropy[reduction];
    const logits = leaf(losses.x);
    const output = crossEntropy(logits, tensor(losses.targets, { dtype: "i32" }), { reduction });
    await expectTensorClose("loss", output, example.output);
    sum(mul(output, tensor(example.weights))).backward();
    expectClose("dlogits", await gradientOf(logits), example.gradient);
  });
});
