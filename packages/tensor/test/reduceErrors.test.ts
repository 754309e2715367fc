import * as weft from "@weft/tensor";
import { open, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const nothing = (op: string, shape: string) =>
  `${op}: nothing to choose from in shape ${shape}; fold axes that hold at least one element.`;

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  ["sum: there is no axis 2 in a tensor of rank 2; use −2 … 1.", () => weft.sum(zeros([2, 3]), { axis: 2 })],
  ["mean: there is no axis -3 in a tensor of rank 2; use −2 … 1.", () => zeros([2, 3]).mean({ axis: -3 })],
  ["prod: there is no axis 1 in a tensor of rank 1; use −1 … 0.", () => weft.prod(zeros([]), { axis: 1 })],
  ["any: there is no axis 0.5 in a tensor of rank 1; use −1 … 0.", () => weft.any(zeros([2]), { axis: 0.5 })],
  [
    "all: axes (0, 1, -2) name axis 0 twice; name each axis once.",
    () => weft.all(zeros([2, 3]), { axis: [0, 1, -2] }),
  ],
  [nothing("max", "(0)"), () => weft.max(zeros([0]))],
  [nothing("min", "(2, 0)"), () => weft.min(zeros([2, 0]), { axis: 1 })],
  [nothing("argmax", "(0, 3)"), () => weft.argmax(zeros([0, 3]), { axis: 0 })],
  [nothing("argmin", "(0)"), () => weft.argmin(zeros([0]))],
  [nothing("norm", "(0)"), () => weft.norm(zeros([0]), { p: Number.NEGATIVE_INFINITY })],
  [
    "argmax: axes are (0, 1); give one axis, or none for an index into the flattened tensor.",
    () => weft.argmax(zeros([2, 3]), { axis: [0, 1] as never }),
  ],
  ["mean: the input is i32, expected f32 or f16; use cast().", () => weft.mean(zeros([2], { dtype: "i32" }))],
  ["variance: the input is bool, expected f32 or f16; use cast().", () => tensor([true]).var()],
  ["std: the input is u32, expected f32 or f16; use cast().", () => zeros([2], { dtype: "u32" }).std()],
  ["norm: the input is i32, expected f32 or f16; use cast().", () => zeros([2], { dtype: "i32" }).norm()],
  [
    "logSumExp: the input is i32, expected f32 or f16; use cast().",
    () => zeros([2], { dtype: "i32" }).logSumExp(),
  ],
  [
    "variance: correction is -1; use a number ≥ 0, such as 1 for a sample or 0 for all there is.",
    () => weft.variance(zeros([2]), { correction: -1 }),
  ],
  [
    "std: correction is NaN; use a number ≥ 0, such as 1 for a sample or 0 for all there is.",
    () => weft.std(zeros([2]), { correction: Number.NaN }),
  ],
  ["norm: there is no axis 1 in a tensor of rank 1; use −1 … 0.", () => weft.norm(zeros([2]), { axis: 1 })],
  ["norm: p is -2; use a number ≥ 0, Infinity or -Infinity.", () => weft.norm(zeros([2]), { p: -2 })],
  ["norm: p is NaN; use a number ≥ 0, Infinity or -Infinity.", () => zeros([2]).norm({ p: Number.NaN })],
  [
    "cumsum: there is no axis 1 in a tensor of rank 1; use −1 … 0.",
    () => weft.cumsum(zeros([2]), { axis: 1 }),
  ],
  [
    "cumprod: there is no axis 1 in a tensor of rank 1; use −1 … 0.",
    () => weft.cumprod(zeros([]), { axis: 1 }),
  ],
];

describe("a reduction that cannot be", () => {
  it.each(cases)("says: %s", (message, wrong) => {
    expect(wrong).toThrow(expect.objectContaining({ message }));
  });
});
