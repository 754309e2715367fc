import {
  add,
  addmm,
  arange,
  cat,
  crossEntropy,
  embedding,
  expand,
  full,
  linear,
  lstmCell,
  matmul,
  max,
  open,
  permute,
  reshape,
  ShapeError,
  select,
  slice,
  stack,
  sum,
  tensor,
  transpose,
  unbind,
  unsqueeze,
  zeros,
} from "@weft/tensor";
import { describe, expect, test } from "vitest";

await open();

const ids = (...values: number[]) => tensor(values, { dtype: "i32" });

const REFUSALS: [what: string, run: () => unknown, message: string][] = [
  [
    "operands that do not broadcast",
    () => add(zeros([2, 3]), zeros([4])),
    "add: shapes (2, 3) and (4) do not broadcast: axis -1 is 3 and 4; they must be equal or one of them 1.",
  ],
  [
    "operands that differ further in front",
    () => zeros([5, 1, 3]).mul(zeros([4, 2, 1])),
    "mul: shapes (5, 1, 3) and (4, 2, 1) do not broadcast: axis -3 is 5 and 4; they must be equal or one of them 1.",
  ],
  [
    "a reshape to another size",
    () => reshape(zeros([2, 3]), [4, 2]),
    "reshape: 6 elements do not fit shape (4, 2); the product of the lengths must be 6.",
  ],
  [
    "a −1 that has no whole length",
    () => reshape(zeros([2, 3]), [4, -1]),
    "reshape: 6 elements do not fit shape (4, -1); the product of the lengths must be 6.",
  ],
  [
    "two −1",
    () => reshape(zeros([2, 3]), [-1, -1]),
    "reshape: 6 elements do not fit shape (-1, -1); the product of the lengths must be 6.",
  ],
  [
    "a −1 beside a 0",
    () => reshape(zeros([0]), [0, -1]),
    "reshape: 0 elements do not fit shape (0, -1); the product of the lengths must be 0.",
  ],
  [
    "an axis that is not there",
    () => sum(zeros([2, 3]), { axis: 2 }),
    "sum: there is no axis 2 in a tensor of rank 2; use −2 … 1.",
  ],
  [
    "a negative axis that is not there",
    () => transpose(zeros([2, 3]), -3),
    "transpose: there is no axis -3 in a tensor of rank 2; use −2 … 1.",
  ],
  [
    "an axis that is no whole number",
    () => max(zeros([2]), { axis: 0.5 }),
    "max: there is no axis 0.5 in a tensor of rank 1; use −1 … 0.",
  ],
  [
    "an axis of a single number",
    () => unbind(zeros([])),
    "unbind: there is no axis 0 in a tensor of rank 0; a single number has no axis.",
  ],
  [
    "an axis named twice",
    () => permute(zeros([2, 3]), [0, 0]),
    "permute: axes (0, 0) must name each of the 2 axes of (2, 3) once.",
  ],
  [
    "a stretch of an axis longer than 1",
    () => expand(zeros([2]), [3]),
    "expand: (2) does not stretch to (3); only axes of length 1 stretch.",
  ],
  [
    "an index outside the axis",
    () => select(zeros([2, 3]), 0, 2),
    "select: index 2 is outside axis 0 of (2, 3).",
  ],
  ["joining nothing", () => cat([]), "cat: there is nothing to join; give at least one tensor."],
  [
    "joining parts that do not go together",
    () => cat([zeros([2, 3]), zeros([2, 4])]),
    "cat: parts (2, 3) and (2, 4) differ beside axis 0.",
  ],
  [
    "stacking unequal shapes",
    () => stack([zeros([2]), zeros([3])]),
    "stack: parts (2) and (3) differ; they must have one shape, or use cat().",
  ],
  [
    "a matrix product of sizes that do not meet",
    () => matmul(zeros([2, 3]), zeros([4, 5])),
    "matmul: inner sizes differ, a is (2, 3) and b is (4, 5); the last axis of a must be as long as the last but one of b.",
  ],
  [
    "a matrix product that wants a transpose",
    () => matmul(zeros([32, 128]), zeros([10, 128])),
    "matmul: inner sizes differ, a is (32, 128) and b is (10, 128); use matmul(a, transpose(b)) for a result of (32, 10).",
  ],
  [
    "a matrix product with a single number",
    () => matmul(zeros([2, 2]), zeros([])),
    "matmul: operands are (2, 2) and (); use mul() with a single number.",
  ],
  [
    "an addend larger than the product",
    () => addmm(zeros([2, 2]), zeros([1, 3]), zeros([3, 2])),
    "addmm: c is (2, 2) and does not broadcast to the product's (1, 2).",
  ],
  [
    "features that a linear map does not expect",
    () => linear(zeros([5, 4]), zeros([2, 3])),
    "linear: weight (2, 3) expects 3 features on the last axis, got (5, 4).",
  ],
  [
    "a table that is no matrix",
    () => embedding(zeros([3]), ids(0)),
    "embedding: weight must be (V, C), got (3).",
  ],
  [
    "logits of a whole batch of sequences",
    () => crossEntropy(zeros([2, 3, 4]), zeros([2, 3], { dtype: "i32" })),
    "crossEntropy: logits must be (N, V, …) and targets (N, …), got (2, 3, 4) and (2, 3); use reshape(logits, [-1, V]) and reshape(targets, [-1]).",
  ],
  [
    "gates that do not fit the state",
    () => lstmCell(zeros([2, 8]), zeros([2, 3])),
    "lstmCell: the state must be (B, H) and gates (B, 4H), got (2, 3) and (2, 8).",
  ],
  [
    "a maximum of nothing",
    () => max(zeros([0, 2])),
    "max: nothing to choose from in shape (0, 2); fold axes that hold at least one element.",
  ],
  [
    "rows of different lengths",
    () => tensor([[1, 2], [3]]),
    "tensor: rows differ, one has shape (2) and one (1).",
  ],
  [
    "too few numbers for a shape",
    () => tensor([1, 2, 3], { shape: [2, 2] }),
    "tensor: 3 numbers do not fill shape (2, 2) of 4.",
  ],
  [
    "a negative length",
    () => zeros([2, -1]),
    "zeros: shape (2, -1) holds -1; every length must be a whole number ≥ 0.",
  ],
  [
    "too many axes",
    () => zeros([1, 1, 1, 1, 1, 1, 1, 1, 1]),
    "zeros: rank is 9, shape (1, 1, 1, 1, 1, 1, 1, 1, 1); at most 8 axes are possible.",
  ],
];

describe("a ShapeError of one line for", () => {
  test.each(REFUSALS)("%s", (_, run, message) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(new ShapeError(message));
  });

  test("one number asked of many", async () => {
    await expect(zeros([2]).item()).rejects.toThrow(
      new ShapeError("item: the tensor must hold one number, got shape (2); use toArray()."),
    );
  });
});

describe("shapes", () => {
  test("a −1 is inferred wherever it stands", () => {
    const x = zeros([2, 3, 4]);
    expect(x.reshape([-1]).shape).toEqual([24]);
    expect(x.reshape([6, -1]).shape).toEqual([6, 4]);
    expect(x.reshape([-1, 1, 8]).shape).toEqual([3, 1, 8]);
    expect(zeros([0, 3]).reshape([-1, 3]).shape).toEqual([0, 3]);
  });

  test("operands of any two ranks broadcast", async () => {
    const sums = add(tensor([[[10]], [[20]]]), tensor([[1], [2]]));
    expect(await sums.toArray()).toEqual([
      [[11], [12]],
      [[21], [22]],
    ]);
    expect(add(zeros([0, 1]), zeros([3])).shape).toEqual([0, 3]);
  });

  test("a reshape reads a transposed view in its own order", async () => {
    const x = arange(6).reshape([2, 3]).transpose();
    expect(await x.reshape([-1]).toArray()).toEqual([0, 3, 1, 4, 2, 5]);
  });

  test("negative axes count from the end", async () => {
    const x = arange(6).reshape([2, 3]);
    expect(await x.sum({ axis: -1 }).toArray()).toEqual([3, 12]);
    expect(await select(x, -1, -1).toArray()).toEqual([2, 5]);
    expect(unsqueeze(x, -1).shape).toEqual([2, 3, 1]);
  });

  test("slices are clamped to the axis", () => {
    const x = arange(5);
    expect(slice(x, 0, -2).shape).toEqual([2]);
    expect(slice(x, 0, 3, 99).shape).toEqual([2]);
    expect(slice(x, 0, 4, 2).shape).toEqual([0]);
  });

  test("a tensor without elements is read without the GPU", async () => {
    expect(await zeros([0]).toArray()).toEqual([]);
    expect(await zeros([2, 0]).toArray()).toEqual([[], []]);
    expect(await sum(zeros([0])).item()).toBe(0);
  });

  test("more elements than one row of workgroups are all computed", async () => {
    const x = full([65_535 * 64 + 100], 2);
    expect(await slice(x, 0, 0, 1).toArray()).toEqual([2]);
    expect(await slice(x, 0, -1).toArray()).toEqual([2]);
  });
});
