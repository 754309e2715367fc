// Every kernel where its work needs more than the 65,535 workgroups that one axis of a dispatch may have.
import {
  add,
  argmax,
  argsort,
  assign,
  avgPool1d,
  binaryCrossEntropy,
  cast,
  cat,
  conv1d,
  crossEntropy,
  cumsum,
  dropout,
  embedding,
  full,
  Generator,
  gather,
  gruCell,
  layerNorm,
  logSoftmax,
  lstmCell,
  matmul,
  max,
  maxPool1d,
  nll,
  normal,
  ones,
  open,
  reshape,
  scatterAdd,
  searchSorted,
  softmax,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  uniform,
  where,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const LIMIT = 65_535;
/** Rows for kernels of one workgroup a row. */
const ROWS = LIMIT + 9;
/** Elements for kernels of one invocation, at most 64 in a workgroup, for each element. */
const ELEMENTS = LIMIT * 64 + 101;
/** The same for those of one invocation for four elements. */
const FOURS = LIMIT * 64 * 4 + 5;

/** Indices that all name the first element. */
const ids = (shape: readonly number[]): Tensor => zeros(shape, { dtype: "i32" });

/** The number of elements that differ from what is expected at their place. */
async function wrong(x: Tensor, expected: (i: number) => number): Promise<number> {
  const data = await x.data();
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== expected(i)) count++;
  x.dispose();
  return count;
}

describe("more workgroups than an axis has", { timeout: 120_000 }, () => {
  it.each([
    ["full", () => full([FOURS], 3), () => 3],
    ["a unary op", () => tanh(zeros([FOURS])), () => 0],
    ["a binary op", () => add(ones([FOURS]), ones([FOURS])), () => 2],
    ["a binary op that broadcasts", () => add(ones([ELEMENTS, 1]), ones([3])), () => 2],
    ["cast", () => cast(full([FOURS], 2.5), "i32"), () => 2],
    ["a strided copy", () => reshape(transpose(ones([2, ELEMENTS])), [-1]), () => 1],
    ["assign to a view", () => assign(transpose(zeros([2, ELEMENTS])), ones([ELEMENTS, 2])), () => 1],
    ["cat", () => cat([ones([ELEMENTS, 1]), zeros([ELEMENTS, 1])], 1), (i: number) => 1 - (i % 2)],
    ["a sum of many columns", () => sum(ones([3, ELEMENTS]), { axis: 0 }), () => 3],
    ["a sum of many rows", () => sum(ones([ELEMENTS, 3]), { axis: 1 }), () => 3],
    ["max", () => max(ones([ELEMENTS, 3]), { axis: 1 }), () => 1],
    ["softmax", () => softmax(zeros([ROWS, 2])), () => 0.5],
    ["logSoftmax", () => logSoftmax(zeros([ROWS, 1])), () => 0],
    [
      "crossEntropy",
      () => crossEntropy(zeros([ROWS, 1]), zeros([ROWS], { dtype: "i32" }), { reduction: "none" }),
      () => 0,
    ],
    [
      "nll",
      () => nll(zeros([ELEMENTS, 1]), zeros([ELEMENTS], { dtype: "i32" }), { reduction: "none" }),
      () => 0,
    ],
    [
      "binaryCrossEntropy",
      () => binaryCrossEntropy(zeros([ELEMENTS]), zeros([ELEMENTS]), { reduction: "none" }),
      () => 0,
    ],
    ["layerNorm", () => layerNorm(ones([ROWS, 2]), 2, { bias: full([2], 3) }), () => 3],
    ["embedding", () => embedding(tensor([[1], [2]]), cast(full([ELEMENTS], 1), "i32")), () => 2],
    ["where", () => where(full([ELEMENTS], true), ones([ELEMENTS]), 0), () => 1],
    ["gather", () => gather(ones([1, 1]).expand([1, ELEMENTS]), 0, ids([1, ELEMENTS])), () => 1],
    [
      "scatterAdd",
      () => scatterAdd(ones([1, ELEMENTS]), 0, ids([1, ELEMENTS]), ones([1, ELEMENTS])),
      () => 2,
    ],
    ["argmax", () => argmax(ones([ELEMENTS, 2]), { axis: 1 }), () => 0],
    ["cumsum", () => cumsum(ones([ELEMENTS, 2]), { axis: 1 }), (i: number) => 1 + (i % 2)],
    ["argsort of many rows", () => argsort(tensor([[2, 1]]).expand([ROWS, 2])), (i: number) => 1 - (i % 2)],
    ["searchSorted", () => searchSorted(tensor([0, 2]), ones([ELEMENTS])), () => 1],
    ["maxPool1d", () => maxPool1d(ones([1, 1, 2 * ELEMENTS]), 2), () => 1],
    ["avgPool1d of many planes", () => avgPool1d(ones([ROWS, 1, 4]), 4), () => 1],
    ["conv1d", () => conv1d(ones([1, 1, ELEMENTS]), ones([1, 1, 1])), () => 1],
    ["conv1d of a large batch", () => conv1d(ones([ROWS, 1, 2]), ones([1, 1, 2])), () => 2],
    ["a matrix product of a large batch", () => matmul(ones([ROWS, 1, 2]), ones([ROWS, 2, 1])), () => 2],
  ] as const)("%s fills its whole result", async (_, compute, expected: (i: number) => number) => {
    expect(await wrong(compute(), expected)).toBe(0);
  });

  it("the cells fill their whole states", async () => {
    const [h, c] = lstmCell(zeros([ELEMENTS, 4]), ones([ELEMENTS, 1]));
    const expected = Math.fround(0.5 * Math.tanh(0.5));
    const near = async (x: Tensor | undefined, value: number) =>
      (await (x as Tensor).data()).every((v) => Math.abs(v - value) < 1e-6);
    expect([await near(h, expected), await near(c, 0.5)]).toEqual([true, true]);
    const next = gruCell(zeros([ELEMENTS, 3]), zeros([ELEMENTS, 3]), ones([ELEMENTS, 1]));
    expect(await near(next, 0.5)).toBe(true);
  });

  it("random numbers reach the end", async () => {
    const generator = new Generator(1);
    const drawn = [uniform([FOURS], { generator, low: 1, high: 2 }), normal([FOURS], { generator, mean: 9 })];
    drawn.push(dropout(ones([FOURS]), 0.5, generator));
    const [flat, bell, kept] = await Promise.all(drawn.map((x) => x.slice(0, FOURS - 1000).data()));
    expect(flat?.every((v) => v >= 1 && v <= 2)).toBe(true);
    expect(bell?.every((v) => v > 0)).toBe(true);
    const survivors = kept?.filter((v) => v === 2).length ?? 0;
    expect(survivors).toBeGreaterThan(400);
    expect(survivors).toBeLessThan(600);
  });
});

it("a large tensor is uploaded and read back whole, and from its middle", { timeout: 120_000 }, async () => {
  const x = tensor(Float32Array.from({ length: 2 ** 24 }, (_, i) => i)); // as far as an f32 counts
  const tail = x.slice(0, 2 ** 23 + 1);
  expect(await wrong(tail, (i) => 2 ** 23 + 1 + i)).toBe(0);
  expect(await wrong(x, (i) => i)).toBe(0);
});
