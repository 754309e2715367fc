import * as weft from "@weft/tensor";
import { open, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const ids = (...shape: number[]) => zeros(shape, { dtype: "i32" });

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  [
    "gather: there is no axis 2 in a tensor of rank 2; use −2 … 1.",
    () => weft.gather(zeros([2, 3]), 2, ids(2, 3)),
  ],
  ["gather: input 2 is f32, expected i32; use cast().", () => weft.gather(zeros([2]), 0, zeros([2]))],
  [
    "gather: index must have the 2 axes of x, got (3) for x (2, 3); use unsqueeze(), or indexSelect() for an index (n).",
    () => weft.gather(zeros([2, 3]), 0, ids(3)),
  ],
  [
    "gather: index (2, 4) is longer than x (2, 3) beside axis 0; slice() it.",
    () => weft.gather(zeros([2, 3]), 0, ids(2, 4)),
  ],
  [
    "takeAlongAxis: x (2, 3) and index (3) must have as many axes; use unsqueeze().",
    () => weft.takeAlongAxis(zeros([2, 3]), ids(3), 0),
  ],
  [
    "takeAlongAxis: shapes (1, 3) and (1, 2) do not broadcast: axis -1 is 3 and 2; they must be equal or one of them 1.",
    () => weft.takeAlongAxis(zeros([2, 3]), ids(1, 2), 0),
  ],
  [
    "takeAlongAxis: input 2 is f32, expected i32; use cast().",
    () => weft.takeAlongAxis(zeros([2]), zeros([2])),
  ],
  [
    "scatter: index (3) is larger than source (2); every index needs an element of it.",
    () => weft.scatter(zeros([4]), 0, ids(3), zeros([2])),
  ],
  ["scatter: x is f32 and source i32; use cast().", () => weft.scatter(zeros([4]), 0, ids(3), ids(3))],
  [
    "scatter: index (2, 4) is longer than x (2, 3) beside axis 0; slice() it.",
    () => weft.scatter(zeros([2, 3]), 0, ids(2, 4), 1),
  ],
  ['scatter: 0.5 is not a number of dtype i32; use "f32".', () => weft.scatter(ids(3), 0, ids(1), 0.5)],
  [
    "scatterAdd: input 1 is bool, expected f32 or f16 or i32 or u32; use cast().",
    () => weft.scatterAdd(tensor([true]), 0, ids(1), tensor([true])),
  ],
  [
    "scatterAdd: index (3) is larger than source (3, 1); every index needs an element of it.",
    () => weft.scatterAdd(zeros([4]), 0, ids(3), zeros([3, 1])),
  ],
  ["scatterAdd: x is f32 and source i32; use cast().", () => weft.scatterAdd(zeros([4]), 0, ids(3), ids(3))],
  [
    "indexSelect: index must be (n), got (2, 2); use gather() or reshape().",
    () => weft.indexSelect(zeros([3]), 0, ids(2, 2)),
  ],
  [
    "indexSelect: there is no axis 1 in a tensor of rank 1; use −1 … 0.",
    () => weft.indexSelect(zeros([3]), 1, ids(2)),
  ],
  [
    "indexSelect: there is no axis 1 in a tensor of rank 1; use −1 … 0.",
    () => weft.indexSelect(zeros([]), 1, ids(1)),
  ],
  [
    "indexAdd: x (4, 3) and index (2) on axis 0 expect a source of (2, 3), got (2).",
    () => weft.indexAdd(zeros([4, 3]), 0, ids(2), zeros([2])),
  ],
  ["indexAdd: x is f32 and source i32; use cast().", () => weft.indexAdd(zeros([4]), 0, ids(2), ids(2))],
  [
    "indexAdd: index must be (n), got (); use gather() or reshape().",
    () => weft.indexAdd(zeros([4]), 0, ids(), zeros([1])),
  ],
  ["embedding: weight must be (V, C), got (3).", () => weft.embedding(zeros([3]), ids(2))],
  ["embedding: input 1 is i32, expected f32 or f16; use cast().", () => weft.embedding(ids(3, 2), ids(2))],
  [
    "sort: there is no axis 2 in a tensor of rank 2; use −2 … 1.",
    () => weft.sort(zeros([2, 3]), { axis: 2 }),
  ],
  [
    "argsort: there is no axis -2 in a tensor of rank 1; use −1 … 0.",
    () => weft.argsort(zeros([2]), { axis: -2 }),
  ],
  [
    "topK: k is 4, axis -1 of (2, 3) has 3; use a whole number from 0 to 3.",
    () => weft.topK(zeros([2, 3]), 4),
  ],
  [
    "topK: k is 0.5, axis 0 of (2) has 2; use a whole number from 0 to 2.",
    () => weft.topK(zeros([2]), 0.5, { axis: 0 }),
  ],
  ["topK: k is 0 for a single number, which has no axis; use reshape().", () => weft.topK(zeros([]), 0)],
  [
    "searchSorted: sorted (2, 3) and values (3, 3) differ before the last axis; " +
      "give one sorted row (n), or a row for each row of values.",
    () => weft.searchSorted(zeros([2, 3]), zeros([3, 3])),
  ],
  [
    "searchSorted: sorted () and values (3) differ before the last axis; " +
      "give one sorted row (n), or a row for each row of values.",
    () => weft.searchSorted(zeros([]), zeros([3])),
  ],
  [
    "searchSorted: sorted is f32 and values i32; use cast() on one of them.",
    () => weft.searchSorted(zeros([2]), ids(2)),
  ],
  ["oneHot: numClasses is -1; use a whole number ≥ 0.", () => weft.oneHot(ids(2), -1)],
  ["oneHot: the input is f32, expected i32; use cast().", () => weft.oneHot(zeros([2]), 3)],
  ["uniform: low is 2 and high 1; use low ≤ high.", () => weft.uniform([2], { low: 2, high: 1 })],
  ["normal: std is -1; use a number ≥ 0.", () => weft.normal([2], { std: -1 })],
  [
    "rand: dtype is i32, possible are f32 and f16; use cast() for others.",
    () => weft.rand([2], { dtype: "i32" }),
  ],
  [
    "randint: dtype is f32, possible are i32 and u32; use cast() for others.",
    () => weft.randint(0, 2, [2], { dtype: "f32" }),
  ],
  [
    "randint: low is 3 and high 3; use whole numbers with -2147483648 ≤ low < high ≤ 2147483648 for i32.",
    () => weft.randint(3, 3, [2]),
  ],
  [
    "randint: low is -1 and high 3; use whole numbers with 0 ≤ low < high ≤ 4294967296 for u32.",
    () => weft.randint(-1, 3, [2], { dtype: "u32" }),
  ],
  ["randperm: shape (-1) holds -1; every length must be a whole number ≥ 0.", () => weft.randperm(-1)],
  ["randperm: dtype is f32, possible is i32; use cast().", () => weft.randperm(3, { dtype: "f32" })],
  ["bernoulli: the input is i32, expected f32 or f16; use cast().", () => weft.bernoulli(ids(2))],
  ["multinomial: weights must be (…, n) with n ≥ 1, got (2, 0).", () => weft.multinomial(zeros([2, 0]), 1)],
  [
    "multinomial: count is 3 of 2 weights; use a whole number up to that, or replacement: true.",
    () => weft.multinomial(zeros([2]), 3),
  ],
  [
    "multinomial: count is -1 of 2 weights; use a whole number up to that, or replacement: true.",
    () => weft.multinomial(zeros([2]), -1, { replacement: true }),
  ],
  ["multinomial: the input is i32, expected f32 or f16; use cast().", () => weft.multinomial(ids(2), 1)],
];

describe("an error of an indexing or random op names op, values and cure", () => {
  it.each(cases)("%s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });

  it("also by a promise", async () => {
    await expect(weft.maskedSelect(zeros([2]), zeros([2]))).rejects.toThrow(
      "maskedSelect: input 2 is f32, expected bool; use cast().",
    );
    await expect(weft.maskedSelect(zeros([2]), tensor([true, true, false]))).rejects.toThrow(
      "maskedSelect: shapes (2) and (3) do not broadcast: axis -1 is 2 and 3; they must be equal or one of them 1.",
    );
  });
});
