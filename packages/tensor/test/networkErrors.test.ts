// Messages of the losses and normalisations.
import * as weft from "@weft/tensor";
import { ones, open, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const ids = (...shape: number[]) => zeros(shape, { dtype: "i32" });

const { mse, l1, smoothL1, huber, binaryCrossEntropy, binaryCrossEntropyWithLogits, kl } = weft;
const pairLosses = { mse, l1, smoothL1, huber, binaryCrossEntropy, binaryCrossEntropyWithLogits, kl };

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  ["softmax: there is no axis 2 in a tensor of rank 2; use −2 … 1.", () => weft.softmax(zeros([2, 3]), 2)],
  ["softmax: there is no axis 1 in a tensor of rank 1; use −1 … 0.", () => weft.softmax(zeros([]), 1)],
  [
    "logSoftmax: there is no axis -3 in a tensor of rank 2; use −2 … 1.",
    () => weft.logSoftmax(zeros([2, 3]), -3),
  ],
  ["softmax: the input is i32, expected f32 or f16; use cast().", () => weft.softmax(ids(2))],

  [
    "crossEntropy: logits must be (N, V, …) and targets (N, …), got (2, 3, 4) and (2, 3); " +
      "use reshape(logits, [-1, V]) and reshape(targets, [-1]).",
    () => weft.crossEntropy(zeros([2, 3, 4]), ids(2, 3)),
  ],
  [
    "crossEntropy: logits must be (N, V, …) and targets (N, …), got () and (); " +
      "use reshape(logits, [-1, V]) and reshape(targets, [-1]).",
    () => weft.crossEntropy(zeros([]), ids()),
  ],
  [
    "crossEntropy: targets of dtype f32 are probabilities of the shape of logits, got (2, 3) and (2); " +
      'use dtype "i32" for class numbers.',
    () => weft.crossEntropy(zeros([2, 3]), zeros([2])),
  ],
  [
    "crossEntropy: input 2 is u32, expected i32 or f32 or f16; use cast().",
    () => weft.crossEntropy(zeros([2, 3]), zeros([2], { dtype: "u32" })),
  ],
  [
    'crossEntropy: reduction is "average"; use "mean", "sum" or "none".',
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { reduction: "average" as never }),
  ],
  [
    "crossEntropy: labelSmoothing is 1.5; use a number from 0 to 1.",
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { labelSmoothing: 1.5 }),
  ],
  [
    "crossEntropy: labelSmoothing is NaN; use a number from 0 to 1.",
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { labelSmoothing: Number.NaN }),
  ],
  [
    "crossEntropy: ignoreIndex is 0.5; use a whole number.",
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { ignoreIndex: 0.5 }),
  ],
  [
    "crossEntropy: ignoreIndex is 2, but the targets are probabilities; leave it out.",
    () => weft.crossEntropy(zeros([2, 3]), zeros([2, 3]), { ignoreIndex: 2 }),
  ],
  [
    "crossEntropy: weight is (2), expected one number for each of 3 classes, (3).",
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { weight: ones([2]) }),
  ],
  [
    "crossEntropy: weight is i32, expected f32 or f16; use cast().",
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { weight: ids(3) }),
  ],
  [
    "crossEntropy: weight requires a gradient, which this loss does not give; use detach().",
    () => weft.crossEntropy(zeros([2, 3]), ids(2), { weight: ones([3], { requiresGrad: true }) }),
  ],

  [
    "nll: logProbabilities must be (N, V, …) and targets (N, …), got (2, 3) and (3); " +
      "use reshape(logProbabilities, [-1, V]) and reshape(targets, [-1]).",
    () => weft.nll(zeros([2, 3]), ids(3)),
  ],
  ["nll: input 2 is f32, expected i32; use cast().", () => weft.nll(zeros([2, 3]), zeros([2]))],
  [
    'nll: reduction is "batchMean"; use "mean", "sum" or "none".',
    () => weft.nll(zeros([2, 3]), ids(2), { reduction: "batchMean" as never }),
  ],
  [
    "nll: ignoreIndex is Infinity; use a whole number.",
    () => weft.nll(zeros([2, 3]), ids(2), { ignoreIndex: Number.POSITIVE_INFINITY }),
  ],
  [
    "nll: weight is (3, 1), expected one number for each of 3 classes, (3).",
    () => weft.nll(zeros([2, 3]), ids(2), { weight: ones([3, 1]) }),
  ],

  ...Object.entries(pairLosses).flatMap(([name, loss]): [string, () => unknown][] => [
    [
      `${name}: input is (2, 3) and target (3); they must have one shape, use reshape() or expand().`,
      () => loss(zeros([2, 3]), zeros([3])),
    ],
    [`${name}: input 2 is i32, expected f32 or f16; use cast().`, () => loss(zeros([2]), ids(2))],
    [
      `${name}: reduction is "all"; use "mean", ${name === "kl" ? '"batchMean", ' : ""}"sum" or "none".`,
      () => loss(zeros([2]), zeros([2]), { reduction: "all" as never }),
    ],
  ]),
  ["smoothL1: beta is -1; use a number ≥ 0.", () => weft.smoothL1(zeros([2]), zeros([2]), { beta: -1 })],
  ["huber: delta is 0; use a number > 0.", () => weft.huber(zeros([2]), zeros([2]), { delta: 0 })],
  [
    "binaryCrossEntropy: weight is (2, 2) and does not broadcast to the losses' (2).",
    () => weft.binaryCrossEntropy(zeros([2]), zeros([2]), { weight: ones([2, 2]) }),
  ],
  [
    "binaryCrossEntropyWithLogits: shapes (2) and (3) do not broadcast: axis -1 is 2 and 3; they must be equal or one of them 1.",
    () => weft.binaryCrossEntropyWithLogits(zeros([2]), zeros([2]), { weight: ones([3]) }),
  ],
  [
    "binaryCrossEntropyWithLogits: posWeight is (2, 1) and does not broadcast to the losses' (3).",
    () => weft.binaryCrossEntropyWithLogits(zeros([3]), zeros([3]), { posWeight: ones([2, 1]) }),
  ],
  [
    "binaryCrossEntropyWithLogits: posWeight is i32, expected f32 or f16; use cast().",
    () => weft.binaryCrossEntropyWithLogits(zeros([3]), zeros([3]), { posWeight: ids(3) }),
  ],

  [
    "layerNorm: normalizedShape is (2), expected the last axis of x (2, 3), or several of them.",
    () => weft.layerNorm(zeros([2, 3]), 2),
  ],
  [
    "layerNorm: normalizedShape is (), expected the last axis of x (2, 3), or several of them.",
    () => weft.layerNorm(zeros([2, 3]), []),
  ],
  [
    "rmsNorm: normalizedShape is (4, 2, 3), expected the last axis of x (2, 3), or several of them.",
    () => weft.rmsNorm(zeros([2, 3]), [4, 2, 3]),
  ],
  [
    "layerNorm: weight is (2), expected normalizedShape (3).",
    () => weft.layerNorm(zeros([2, 3]), 3, { weight: ones([2]) }),
  ],
  [
    "layerNorm: bias is (3), expected normalizedShape (2, 3).",
    () => weft.layerNorm(zeros([2, 3]), [2, 3], { bias: ones([3]) }),
  ],
  ["rmsNorm: eps is -1; use a number ≥ 0.", () => weft.rmsNorm(zeros([2, 3]), 3, { eps: -1 })],
  ["layerNorm: the input is i32, expected f32 or f16; use cast().", () => weft.layerNorm(ids(3), 3)],
  [
    "layerNorm: weight is i32, expected f32 or f16; use cast().",
    () => weft.layerNorm(zeros([3]), 3, { weight: ids(3) }),
  ],
];

describe("an error names op, values and cure", () => {
  it.each(cases)("%s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });

  it("also for dtypes that do not go together", async ({ skip }) => {
    const device = await open();
    if (!device.gpu.features.has("shader-f16")) skip("this adapter has no shader-f16");
    expect(() =>
      weft.layerNorm(zeros([3], { dtype: "f16", device }), 3, { weight: ones([3], { device }) }),
    ).toThrow("layerNorm: weight is f32 and x is f16; use cast().");
  });
});

describe("a target outside the classes", () => {
  it("gives NaN in the loss, so that no mean can hide it", async () => {
    const targets = tensor([0, 2, -1], { dtype: "i32" });
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    for (const loss of [weft.crossEntropy, weft.nll]) {
      const losses = await loss(x, targets, { reduction: "none" }).data();
      expect([...losses].map(Number.isNaN)).toEqual([false, true, true]);
      expect(await loss(x, targets).item()).toBeNaN();
    }
  });
});
