import * as weft from "@weft/tensor";
import { open, zeros } from "@weft/tensor";
import { describe, expect, it } from "vitest";

await open();

const matrix = () => zeros([2, 3]);
const line = () => zeros([4]);
const eight = () => zeros([1, 1, 1, 1, 1, 1, 1, 1]);

const REFUSALS: readonly (readonly [message: string, wrong: () => unknown])[] = [
  ["flatten: axis 0 comes before axis 1 in (2, 3); exchange them.", () => weft.flatten(matrix(), 1, 0)],
  ["flatten: there is no axis 2 in a tensor of rank 2; use −2 … 1.", () => weft.flatten(matrix(), 0, 2)],
  [
    "reshape: rank is 9, shape (1, 1, 1, 1, 1, 1, 1, 1, 1); at most 8 axes are possible.",
    () => weft.reshape(zeros([]), [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  ],
  ["squeeze: there is no axis 2 in a tensor of rank 2; use −2 … 1.", () => weft.squeeze(matrix(), 2)],
  ["squeeze: axis 0 is named twice in (0, -2); name each axis once.", () => weft.squeeze(matrix(), [0, -2])],
  [
    "unsqueeze: rank is 9, shape (1, 1, 1, 1, 1, 1, 1, 1, 1); at most 8 axes are possible.",
    () => weft.unsqueeze(eight(), 0),
  ],
  [
    "expand: rank is 9, shape (2, 1, 1, 1, 1, 1, 1, 1, 1); at most 8 axes are possible.",
    () => weft.expand(eight(), [2, 1, 1, 1, 1, 1, 1, 1, 1]),
  ],
  [
    "expand: (2, 3) does not stretch to (-1, 2, 3); only axes of length 1 stretch.",
    () => weft.expand(matrix(), [-1, 2, 3]),
  ],
  ["transpose: there is no axis -2 in a tensor of rank 1; use −1 … 0.", () => weft.transpose(line())],
  ["slice: positions are 0.5 and undefined; use whole numbers.", () => weft.slice(line(), 0, 0.5)],
  ["slice: positions are 0 and NaN; use whole numbers.", () => weft.slice(line(), 0, 0, Number.NaN)],
  ["slice: the step is 0; use a whole number other than 0.", () => weft.slice(line(), 0, 0, 4, 0)],
  ["slice: the step is 1.5; use a whole number other than 0.", () => weft.slice(line(), 0, 0, 4, 1.5)],
  [
    "slice: there is no axis 0 in a tensor of rank 0; a single number has no axis.",
    () => weft.slice(zeros([]), 0, 0),
  ],
  [
    "narrow: 3 elements from 2 are not all in axis 0 of (4); slice() clamps to the axis.",
    () => weft.narrow(line(), 0, 2, 3),
  ],
  [
    "narrow: 1 elements from -5 are not all in axis 0 of (4); slice() clamps to the axis.",
    () => weft.narrow(line(), 0, -5, 1),
  ],
  [
    "narrow: -1 elements from 0 are not all in axis 0 of (4); slice() clamps to the axis.",
    () => weft.narrow(line(), 0, 0, -1),
  ],
  ["select: index -5 is outside axis 0 of (4).", () => weft.select(line(), 0, -5)],
  ["split: the size is 0; use a whole number ≥ 1, or a list of sizes.", () => weft.split(line(), 0)],
  [
    "split: sizes (1, 2) must be whole numbers ≥ 0 that add up to 4, the length of axis 0 of (4).",
    () => weft.split(line(), [1, 2]),
  ],
  [
    "split: sizes (5, -1) must be whole numbers ≥ 0 that add up to 4, the length of axis 0 of (4).",
    () => weft.split(line(), [5, -1]),
  ],
  ["chunk: 0 parts are asked for; use a whole number ≥ 1.", () => weft.chunk(line(), 0)],
  ["cat: there is no axis 2 in a tensor of rank 2; use −2 … 1.", () => weft.cat([matrix()], 2)],
  [
    "cat: there is no axis 0 in a tensor of rank 0; a single number has no axis.",
    () => weft.cat([zeros([])]),
  ],
  ["cat: parts (2, 3) and (4) differ beside axis 0.", () => weft.cat([matrix(), line()])],
  [
    "cat: i32 and u32 have no common dtype; use cast() on one of them.",
    () => weft.cat([zeros([1], { dtype: "i32" }), zeros([1], { dtype: "u32" })]),
  ],
  [
    "stack: i32 and u32 have no common dtype; use cast() on one of them.",
    () => weft.stack([zeros([1], { dtype: "i32" }), zeros([1], { dtype: "u32" })]),
  ],
  [
    "stack: rank is 9, shape (2, 1, 1, 1, 1, 1, 1, 1, 1); at most 8 axes are possible.",
    () => weft.stack([eight(), eight()]),
  ],
  ["flip: there is no axis 1 in a tensor of rank 1; use −1 … 0.", () => weft.flip(line(), 1)],
  ["flip: axis 0 is named twice in (0, 0); name each axis once.", () => weft.flip(line(), [0, 0])],
  [
    "roll: shifts (1, 2) and axes left out do not go together; give a whole number for each axis.",
    () => weft.roll(line(), [1, 2]),
  ],
  [
    "roll: shifts (1) and axes (0, 1) do not go together; give a whole number for each axis.",
    () => weft.roll(matrix(), 1, [0, 1]),
  ],
  [
    "roll: shifts (0.5) and axes (0) do not go together; give a whole number for each axis.",
    () => weft.roll(line(), 0.5, 0),
  ],
  ["roll: there is no axis 1 in a tensor of rank 1; use −1 … 0.", () => weft.roll(line(), 1, 1)],
  [
    "repeat: times (2) are fewer than the axes of (2, 3); name all, or use tile().",
    () => weft.repeat(matrix(), [2]),
  ],
  ["repeat: times are (-1); use whole numbers ≥ 0.", () => weft.repeat(line(), [-1])],
  ["tile: times are (1.5); use whole numbers ≥ 0.", () => weft.tile(line(), [1.5])],
  [
    "tile: rank is 9, shape (1, 1, 1, 1, 1, 1, 1, 1, 4); at most 8 axes are possible.",
    () => weft.tile(line(), [1, 1, 1, 1, 1, 1, 1, 1, 1]),
  ],
  [
    "pad: padding (1) must be two whole numbers for each axis of (4), last axis first.",
    () => weft.pad(line(), [1]),
  ],
  [
    "pad: padding (1, 1, 1, 1) must be two whole numbers for each axis of (4), last axis first.",
    () => weft.pad(line(), [1, 1, 1, 1]),
  ],
  [
    "pad: padding (0.5, 1) must be two whole numbers for each axis of (4), last axis first.",
    () => weft.pad(line(), [0.5, 1]),
  ],
  [
    "pad: padding (-3, -2) crops more than the 4 elements of axis 0 of (4).",
    () => weft.pad(line(), [-3, -2]),
  ],
  [
    'pad: mode "reflect" adds at most 3 elements at an end of 4, got 4 and 0 for axis 0 of (4); pad less, or use another mode.',
    () => weft.pad(line(), [4, 0], { mode: "reflect" }),
  ],
  [
    'pad: mode "circular" adds at most 2 elements at an end of 2, got 0 and 3 for axis 0 of (4); pad less, or use another mode.',
    () => weft.pad(line(), [-2, 3], { mode: "circular" }),
  ],
  [
    'pad: mode "replicate" adds at most 0 elements at an end of 0, got 1 and 0 for axis 0 of (0); pad less, or use another mode.',
    () => weft.pad(zeros([0]), [1, 0], { mode: "replicate" }),
  ],
  [
    'pad: mode is "mirror"; use "constant", "reflect", "replicate" or "circular".',
    () => weft.pad(line(), [1, 1], { mode: "mirror" as never }),
  ],
  [
    'pad: mode "reflect" takes no value, got 0; use mode "constant".',
    () => weft.pad(line(), [1, 1], { mode: "reflect", value: 0 }),
  ],
  [
    'pad: 0.5 is not a number of dtype i32; use "f32".',
    () => weft.pad(zeros([1], { dtype: "i32" }), [1, 1], { value: 0.5 }),
  ],
  [
    "diagonal: axes 0 and -2 of (2, 3) are one; name two different axes.",
    () => weft.diagonal(matrix(), { axis0: 0, axis1: -2 }),
  ],
  ["diagonal: the offset is 0.5; use a whole number.", () => weft.diagonal(matrix(), { offset: 0.5 })],
  ["diagonal: there is no axis 1 in a tensor of rank 1; use −1 … 0.", () => weft.diagonal(line())],
  ["tril: a triangle needs two axes, got (4); use reshape().", () => weft.tril(line())],
  ["triu: a triangle needs two axes, got (); use reshape().", () => weft.triu(zeros([]))],
  ["triu: the diagonal is 0.5; use a whole number.", () => weft.triu(matrix(), { diagonal: 0.5 })],
  [
    "unfold: a window spans 5 elements, more than axis 0 of (4); use a smaller size, or pad().",
    () => weft.unfold(line(), 0, 3, 1, { dilation: 2 }),
  ],
  [
    "unfold: size is 2, step 0 and dilation 1; use whole numbers, step and dilation from 1.",
    () => weft.unfold(line(), 0, 2, 0),
  ],
  [
    "unfold: size is -1, step 1 and dilation 1; use whole numbers, step and dilation from 1.",
    () => weft.unfold(line(), 0, -1),
  ],
  [
    "unfold: size is 2, step 1 and dilation 0.5; use whole numbers, step and dilation from 1.",
    () => weft.unfold(line(), 0, 2, 1, { dilation: 0.5 }),
  ],
  [
    "unfold: rank is 9, shape (1, 1, 1, 1, 1, 1, 1, 1, 1); at most 8 axes are possible.",
    () => weft.unfold(eight(), 0, 1),
  ],
  [
    "assign: the target (3, 2) shows elements more than once; assign to the tensor it is a view of.",
    () => weft.assign(weft.unfold(line(), 0, 2), zeros([3, 2])),
  ],
  [
    "assign: the target (2, 4) shows elements more than once; assign to the tensor it is a view of.",
    () => weft.assign(weft.expand(line(), [2, 4]), zeros([2, 4])),
  ],
];

describe("an error of a layout op names op, values and cure", () => {
  it.each(REFUSALS)("%s", (message, wrong) => {
    let thrown: unknown;
    try {
      wrong();
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error | undefined)?.message).toBe(message);
  });
});
