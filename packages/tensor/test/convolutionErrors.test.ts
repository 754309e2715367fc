import * as weft from "@weft/tensor";
import { open, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const RULE =
  "⌊(length + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1 must be at least 1: use a smaller kernel, or padding.";

const [image, weight] = [() => zeros([2, 4, 5, 6]), () => zeros([6, 4, 3, 3])];

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  [
    "conv2d: x must be (N, C, H, W) or (C, H, W), got (5, 6); use reshape().",
    () => weft.conv2d(zeros([5, 6]), weight()),
  ],
  [
    "conv1d: x must be (N, C, L) or (C, L), got (2, 4, 5, 6); use reshape().",
    () => weft.conv1d(image(), zeros([6, 4, 3])),
  ],
  [
    "conv2d: weight must be (O, C / groups, kH, kW), got (6, 4, 3); use reshape().",
    () => weft.conv2d(image(), zeros([6, 4, 3])),
  ],
  [
    "conv1d: weight must be (O, C / groups, k), got (6, 4); use reshape().",
    () => weft.conv1d(zeros([4, 5]), zeros([6, 4])),
  ],
  [
    "conv2d: weight (6, 3, 3, 3) with groups 1 expects 3 channels, x (2, 4, 5, 6) has 4; " +
      "weight must be (O, C / groups, kH, kW).",
    () => weft.conv2d(image(), zeros([6, 3, 3, 3])),
  ],
  [
    "conv2d: weight (6, 4, 3, 3) with groups 2 expects 8 channels, x (2, 4, 5, 6) has 4; " +
      "weight must be (O, C / groups, kH, kW).",
    () => weft.conv2d(image(), weight(), undefined, { groups: 2 }),
  ],
  [
    "conv2d: groups is 4 and weight (6, 1, 3, 3) makes 6 channels; use a number that divides them.",
    () => weft.conv2d(image(), zeros([6, 1, 3, 3]), undefined, { groups: 4 }),
  ],
  [
    "conv2d: groups is 0 and weight (6, 4, 3, 3) makes 6 channels; use a number that divides them.",
    () => weft.conv2d(image(), weight(), undefined, { groups: 0 }),
  ],
  [
    "conv2d: bias is (4) and weight (6, 4, 3, 3) makes 6 channels; bias must be (6).",
    () => weft.conv2d(image(), weight(), zeros([4])),
  ],
  [
    `conv2d: the kernel spans (3, 7), more than the padded input's (5, 6); ${RULE}`,
    () => weft.conv2d(image(), weight(), undefined, { dilation: [1, 3] }),
  ],
  [
    `conv1d: the kernel spans (1, 5), more than the padded input's (1, 4); ${RULE}`,
    () => weft.conv1d(zeros([1, 2]), zeros([1, 1, 5]), undefined, { padding: 1 }),
  ],
  [
    "conv2d: stride is (0, 1); use whole numbers ≥ 1.",
    () => weft.conv2d(image(), weight(), undefined, { stride: [0, 1] }),
  ],
  [
    "conv2d: dilation is (1.5, 1.5); use whole numbers ≥ 1.",
    () => weft.conv2d(image(), weight(), undefined, { dilation: 1.5 }),
  ],
  [
    "conv2d: padding is (-1, -1); use whole numbers ≥ 0.",
    () => weft.conv2d(image(), weight(), undefined, { padding: -1 }),
  ],
  [
    'conv2d: padding is full; use "same", "valid", a number, or a pair of them.',
    () => weft.conv2d(image(), weight(), undefined, { padding: "full" as never }),
  ],
  [
    'conv2d: stride is (2, 2) with padding "same"; use stride 1, or numbers for padding.',
    () => weft.conv2d(image(), weight(), undefined, { padding: "same", stride: 2 }),
  ],
  ["conv2d: kernel is (0, 3); use whole numbers ≥ 1.", () => weft.conv2d(image(), zeros([6, 4, 0, 3]))],
  [
    "conv2d: input 2 is i32, expected f32 or f16; use cast().",
    () => weft.conv2d(image(), zeros([6, 4, 3, 3], { dtype: "i32" })),
  ],
  [
    "maxPool2d: x must be (N, C, H, W) or (C, H, W), got (5, 6); use reshape().",
    () => weft.maxPool2d(zeros([5, 6]), 2),
  ],
  ["avgPool1d: x must be (N, C, L) or (C, L), got (5); use reshape().", () => weft.avgPool1d(zeros([5]), 2)],
  [
    `maxPool2d: the kernel spans (7, 7), more than the padded input's (5, 6); ${RULE}`,
    () => weft.maxPool2d(image(), 7),
  ],
  [
    "maxPool2d: padding is (2, 2) and the kernel (3, 3); padding may be half a window at most.",
    () => weft.maxPool2d(image(), 3, { padding: 2 }),
  ],
  [
    "avgPool2d: padding is (0, 2) and the kernel (3, 3); padding may be half a window at most.",
    () => weft.avgPool2d(image(), 3, { padding: [0, 2] }),
  ],
  ["maxPool1d: kernel is (1, 0); use whole numbers ≥ 1.", () => weft.maxPool1d(zeros([1, 4]), 0)],
  ["avgPool2d: stride is (0, 0); use whole numbers ≥ 1.", () => weft.avgPool2d(image(), 2, { stride: 0 })],
  [
    "avgPool2d: the input is i32, expected f32 or f16; use cast().",
    () => weft.avgPool2d(zeros([1, 4, 4], { dtype: "i32" }), 2),
  ],
];

describe("an error of convolution and pooling", () => {
  it.each(cases)("says %s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });
});
