import * as weft from "@weft/tensor";
import { ones, open, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const whole = () => zeros([2, 2], { dtype: "i32" });

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  [
    "matmul: inner sizes differ, a is (2, 3) and b is (4, 5); the last axis of a must be as long as the last but one of b.",
    () => weft.matmul(zeros([2, 3]), zeros([4, 5])),
  ],
  [
    "matmul: shapes (2) and (3) do not broadcast: axis -1 is 2 and 3; they must be equal or one of them 1.",
    () => weft.matmul(zeros([2, 1, 1]), zeros([3, 1, 1])),
  ],
  ["matmul: input 2 is i32, expected f32 or f16; use cast().", () => weft.matmul(zeros([2, 2]), whole())],
  [
    "addmm: a and b must be matrices, got (2, 3) and (3); use matmul().",
    () => weft.addmm(zeros([1]), zeros([2, 3]), zeros([3])),
  ],
  [
    "addmm: inner sizes differ, a is (2, 3) and b is (4, 3); use addmm(a, transpose(b)) for a result of (2, 4).",
    () => weft.addmm(zeros([1]), zeros([2, 3]), zeros([4, 3])),
  ],
  [
    "addmm: c is (2, 2, 5) and does not broadcast to the product's (2, 5).",
    () => weft.addmm(zeros([2, 2, 5]), zeros([2, 3]), zeros([3, 5])),
  ],
  [
    "addmm: input 1 is i32, expected f32 or f16; use cast().",
    () => weft.addmm(whole(), zeros([2, 2]), zeros([2, 2])),
  ],
  ["linear: weight must be (out, in), got (4).", () => weft.linear(zeros([2, 4]), zeros([4]))],
  [
    "linear: weight (4, 3) makes 4 features, and bias is (3); it must be (4).",
    () => weft.linear(zeros([2, 3]), zeros([4, 3]), zeros([3])),
  ],
  ["linear: input 2 is i32, expected f32 or f16; use cast().", () => weft.linear(zeros([2, 2]), whole())],
  [
    "outer: a is (2, 2) and b is (3), both must have rank 1; use flatten(), or einsum().",
    () => weft.outer(zeros([2, 2]), zeros([3])),
  ],
  [
    "dot: a is (2, 2) and b is (2), both must have rank 1; use matmul().",
    () => weft.dot(zeros([2, 2]), zeros([2])),
  ],
  ["dot: a is (2) and b is (3); both must have one length.", () => weft.dot(zeros([2]), zeros([3]))],
  ["einsum: the input is i32, expected f32 or f16; use cast().", () => weft.einsum("ii", whole())],
  [
    `einsum: the output's index k is in no operand in "ij->k"; name an operand's.`,
    () => weft.einsum("ij->k", ones([2, 2])),
  ],
  [
    'einsum: "ij" names 2 axes and operand 1 is (2) in "ij"; name no more than there are.',
    () => weft.einsum("ij", ones([2])),
  ],
  [
    'einsum: "i" names 1 axis and operand 1 is (2, 2) in "i"; name every axis, or let "..." stand for the rest.',
    () => weft.einsum("i", ones([2, 2])),
  ],
  [
    'einsum: "ij..." names 2 axes and operand 1 is (2) in "ij..."; name no more than there are.',
    () => weft.einsum("ij...", ones([2])),
  ],
  [
    'einsum: 2 operands are named, 1 given in "i,j"; separate the operands by commas.',
    () => weft.einsum("i,j", ones([2])),
  ],
  [
    'einsum: 1 operand is named, 2 given in "i"; separate the operands by commas.',
    () => weft.einsum("i", ones([2]), ones([2])),
  ],
  ['einsum: 1 operand is named, 0 given in "i"; separate the operands by commas.', () => weft.einsum("i")],
  ['einsum: "%" stands in "i%->i"; use letters, ",", "->" and "...".', () => weft.einsum("i%->i", ones([2]))],
  ['einsum: "." stands in "..i"; use letters, ",", "->" and "...".', () => weft.einsum("..i", ones([2]))],
  ['einsum: "...i..." has two ellipses in "...i..."; use one.', () => weft.einsum("...i...", ones([2]))],
  ['einsum: there are two arrows in "i->i->i"; write one ->.', () => weft.einsum("i->i->i", ones([2]))],
  [
    'einsum: index j is 2 long and, for operand 2, 3 in "ij,jk"; they must be equal or one of them 1.',
    () => weft.einsum("ij,jk", ones([2, 2]), ones([3, 2])),
  ],
  [
    'einsum: axis −1 under the ellipsis is 2 long and, for operand 2, 4 in "...i,...i"; they must be equal or one of them 1.',
    () => weft.einsum("...i,...i", ones([2, 3]), ones([4, 3])),
  ],
  [
    'einsum: index i of operand 1 is 2 and 1 long in "ii"; a diagonal needs one length.',
    () => weft.einsum("ii", ones([2, 1])),
  ],
  [
    'einsum: index i stands twice in the output in "i->ii"; a diagonal can be read, not written.',
    () => weft.einsum("i->ii", ones([2])),
  ],
  [
    'einsum: the output has 10 axes in "abcde,fghij"; at most 8 are possible: sum over some of them.',
    () => weft.einsum("abcde,fghij", ones([2, 2, 2, 2, 2]), ones([2, 2, 2, 2, 2])),
  ],
  [
    'einsum: a product of two operands has 10 indices, abcdefghij, in "abcde,fghij,fghij,bcde->a"; ' +
      "at most 8 axes are possible: order the operands in another way.",
    () =>
      weft.einsum(
        "abcde,fghij,fghij,bcde->a",
        ones([2, 2, 2, 2, 2]),
        ones([2, 2, 2, 2, 2]),
        ones([2, 2, 2, 2, 2]),
        ones([2, 2, 2, 2]),
      ),
  ],
];

describe("an error of linear algebra", () => {
  it.each(cases)("says %s", (message, wrong) => {
    expect(wrong).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });
});
