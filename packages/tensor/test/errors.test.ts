import * as weft from "@weft/tensor";
import { ones, open, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  [
    "matmul: inner sizes differ, a is (32, 128) and b is (10, 128); use matmul(a, transpose(b)) for a result of (32, 10).",
    () => weft.matmul(zeros([32, 128]), zeros([10, 128])),
  ],
  [
    "matmul: operands are () and (2); use mul() with a single number.",
    () => weft.matmul(zeros([]), zeros([2])),
  ],
  [
    "add: shapes (2, 3) and (2) do not broadcast: axis -1 is 3 and 2; they must be equal or one of them 1.",
    () => weft.add(zeros([2, 3]), zeros([2])),
  ],
  [
    "reshape: 6 elements do not fit shape (4, -1); the product of the lengths must be 6.",
    () => weft.reshape(zeros([2, 3]), [4, -1]),
  ],
  ["expand: (2) does not stretch to (3); only axes of length 1 stretch.", () => weft.expand(zeros([2]), [3])],
  ["select: index 5 is outside axis 0 of (2).", () => weft.select(zeros([2]), 0, 5)],
  ["cat: there is nothing to join; give at least one tensor.", () => weft.cat([])],
  ["cat: parts (2, 3) and (2, 4) differ beside axis 0.", () => weft.cat([zeros([2, 3]), zeros([2, 4])])],
  [
    "permute: axes (0, 0) must name each of the 2 axes of (2, 3) once.",
    () => weft.permute(zeros([2, 3]), [0, 0]),
  ],
  [
    "linear: weight (4, 5) expects 5 features on the last axis, got (2, 3).",
    () => weft.linear(zeros([2, 3]), zeros([4, 5])),
  ],
  [
    "neg: the input is bool, expected f32 or f16 or i32 or u32; use cast().",
    () => weft.neg(zeros([2], { dtype: "bool" })),
  ],
  [
    "add: i32 and u32 have no common dtype; use cast() on one of them.",
    () => weft.add(zeros([2], { dtype: "i32" }), zeros([2], { dtype: "u32" })),
  ],
  [
    "add: both operands are bool; use logicalOr(), or cast() one to a number.",
    () => weft.add(tensor([true]), tensor([false])),
  ],
  [
    "bitwiseAnd: the operands are f32 and i32, expected integers or bool; use cast().",
    () => weft.bitwiseAnd(zeros([2]), zeros([2], { dtype: "i32" })),
  ],
  ["where: input 1 is f32, expected bool; use cast().", () => weft.where(zeros([2]), zeros([2]), 0)],
  ["cast: there is no dtype f64; use f32, f16, i32, u32, bool.", () => weft.cast(zeros([1]), "f64" as never)],
  [
    'tensor: a tensor of dtype i32 has no gradient; use "f32" with requiresGrad.',
    () => tensor([1], { dtype: "i32", requiresGrad: true }),
  ],
  [
    "tensor: 1 of 2 values are booleans; use only booleans or only numbers, or name a dtype.",
    () => tensor([1, true]),
  ],
  [
    "tensor: 2 is not a number of dtype bool; use 0 and 1, or true and false.",
    () => tensor([2], { dtype: "bool" }),
  ],
  [
    'div: roundingMode is "up"; use "trunc" or "floor", or leave it out.',
    () => weft.div(zeros([1]), 2, { roundingMode: "up" as never }),
  ],
  [
    'gelu: approximate is "sigmoid"; use "none" or "tanh".',
    () => weft.gelu(zeros([1]), { approximate: "sigmoid" as never }),
  ],
  ["softplus: beta is 0; use a number > 0.", () => weft.softplus(zeros([1]), { beta: 0 })],
  ["clamp: the bounds are NaN and 1; use numbers.", () => weft.clamp(zeros([1]), Number.NaN, 1)],
  [
    "arange: from 0 to 3 in steps of -1 is no sequence; the step must lead to the end.",
    () => weft.arange(0, 3, -1),
  ],
  ["tensor: rows differ, one has shape (2) and one (1).", () => tensor([[1, 2], [3]])],
  ["tensor: 3 numbers do not fill shape (2, 2) of 4.", () => tensor([1, 2, 3], { shape: [2, 2] })],
  ["zeros: shape (2, -1) holds -1; every length must be a whole number ≥ 0.", () => zeros([2, -1])],
  ['full: 0.5 is not a number of dtype i32; use "f32".', () => weft.full([1], 0.5, { dtype: "i32" })],
  ['tensor: -1 is not a number of dtype u32; use "f32" or "i32".', () => tensor([-1], { dtype: "u32" })],
  [
    "tensor: there is no dtype for BigInt64Array; use Float32Array, Int32Array or Uint32Array.",
    () => tensor(new BigInt64Array(1) as unknown as Float32Array),
  ],

  [
    "dropout: p is 1.5; use a probability in [0, 1].",
    () => weft.dropout(zeros([1]), 1.5, new weft.Generator(1)),
  ],
  ["Generator: seed is -1; use a whole number from 0 to 2⁵³ − 1.", () => new weft.Generator(-1)],
];

describe("an error names op, values and cure", () => {
  it.each(cases)("%s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });

  it("also for a reader", async () => {
    await expect(zeros([2]).item()).rejects.toThrow(
      "item: the tensor must hold one number, got shape (2); use toArray().",
    );
  });

  it("for a tensor that no buffer of this device can hold", () => {
    expect(() => zeros([2 ** 20, 2 ** 14])).toThrow(
      /^zeros: shape \(1048576, 16384\) of f32 takes 68719476736 bytes, and this device binds at most \d+; split it\.$/,
    );
    const [column, row] = [ones([2 ** 17, 1]), ones([1, 2 ** 17])];
    expect(() => weft.matmul(column, row)).toThrow(
      /^matmul: shape \(131072, 131072\) of f32 takes 68719476736 bytes, and this device binds at most \d+; split it\.$/,
    );
  });
});

describe("an id outside its range", () => {
  it("gives NaN, which no loss can hide", async () => {
    const ids = tensor([0, 2, -1], { dtype: "i32" });
    const rows = await weft.embedding(tensor([[1], [2]]), ids).toArray();
    expect(rows).toEqual([[1], [Number.NaN], [Number.NaN]]);
    const losses = await weft.crossEntropy(zeros([3, 2]), ids, { reduction: "none" }).data();
    expect([...losses].map(Number.isNaN)).toEqual([false, true, true]);
  });
});
