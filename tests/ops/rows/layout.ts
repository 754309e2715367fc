import * as weft from "@weft/tensor";
import { type Array64, reshaped } from "../array.js";
import { ANY, type Case, EXACT, makeCase, type Row } from "../case.js";
import { moved, slice } from "../reference/layout.js";
import { transposed } from "../reference/matmul.js";
import { type Sample, sample } from "../sample.js";

export type Use = readonly [
  inputs: readonly Sample[],
  run: Case["run"],
  reference: Case["reference"],
  options?: Parameters<typeof makeCase>[3],
];

/** Ops that move elements: exact, for every dtype. */
export const layoutRow = (name: Row["name"], ...uses: readonly Use[]): Row => ({
  name,
  dtypes: ANY,
  tolerance: EXACT,
  cases: uses.map(([inputs, run, reference, options]) => makeCase(inputs, run, reference, options)),
});

const to = (shape: readonly number[]) => (x: Array64) => reshaped(x, shape);
const cube = sample([2, 3, 4]);
const empty = sample([0, 3]);
const turned = sample([3, 4], { lie: "transposed" });
const cut = sample([3, 4], { lie: "sliced" });
const repeated = sample([3, 4], { lie: "expanded" });
const whole = sample([2, 6], { dtype: "i32", low: -9, high: 9 });

export const layoutRows: readonly Row[] = [
  layoutRow(
    "contiguous",
    ...[turned, cut, repeated, empty, sample([3]), sample([5, 130], { lie: "transposed" })].map(
      (input): Use => [[input], weft.contiguous, (x) => x],
    ),
    [[sample([5, 3], { dtype: "u32", low: 0, high: 9, lie: "transposed" })], weft.contiguous, (x) => x],
  ),
  layoutRow(
    "reshape",
    [[cube], (x) => weft.reshape(x, [4, -1]), to([4, 6])],
    [[cube], (x) => weft.reshape(x, [2, 3, 4]), to([2, 3, 4])],
    ...[turned, cut, repeated].map((input): Use => [[input], (x) => weft.reshape(x, [2, 6]), to([2, 6])]),
    [[empty], (x) => weft.reshape(x, [3, 0]), to([3, 0])],
    [[sample([1])], (x) => weft.reshape(x, []), to([])],
    [[sample([])], (x) => weft.reshape(x, [1, -1]), to([1, 1])],
    [[whole], (x) => weft.reshape(x, [-1]), to([12])],
    // Views of views: strides that can be kept, in part or not at all.
    [
      [sample([6, 2, 4], { lie: "transposed" })],
      (x) => weft.reshape(x, [3, 2, 2, 2, 2]),
      to([3, 2, 2, 2, 2]),
    ],
    [[sample([6, 4], { lie: "sliced" })], (x) => weft.reshape(x, [2, 1, 3, 2, 2]), to([2, 1, 3, 2, 2])],
    [[repeated], (x) => weft.reshape(x, [3, 1, 2, 2]), to([3, 1, 2, 2])],
    [
      [sample([2, 1, 2, 1, 1, 3, 1, 2])],
      (x) => weft.reshape(x, [1, 4, 1, 6, 1, 1, 1, 1]),
      to([1, 4, 1, 6, 1, 1, 1, 1]),
    ],
  ),
  layoutRow(
    "flatten",
    [[cube], (x) => weft.flatten(x), to([24])],
    [[cube], (x) => weft.flatten(x, 1), to([2, 12])],
    [[cube], (x) => weft.flatten(x, -3, -2), to([6, 4])],
    ...[turned, cut, repeated].map((input): Use => [[input], (x) => weft.flatten(x), to([12])]),
    [[sample([])], (x) => weft.flatten(x), to([1])],
    [[empty], (x) => weft.flatten(x), to([0])],
    [[cube], (x) => weft.flatten(x, 1, 1), (x) => x],
  ),
  layoutRow(
    "clone",
    ...[cube, turned, cut, repeated, empty, sample([]), whole].map(
      (input): Use => [[input], weft.clone, (x) => x],
    ),
  ),
  layoutRow(
    "transpose",
    [[cube], (x) => weft.transpose(x), transposed],
    [[cube], (x) => weft.transpose(x, 0, 2), moved([4, 3, 2], ([a = 0, b = 0, c = 0]) => [c, b, a])],
    [[turned], (x) => weft.transpose(x), transposed],
    [[empty], (x) => weft.transpose(x), to([3, 0])],
    [[whole], (x) => weft.transpose(x), transposed],
  ),
  layoutRow(
    "permute",
    [[cube], (x) => weft.permute(x, [2, 0, -2]), moved([4, 2, 3], ([a = 0, b = 0, c = 0]) => [b, c, a])],
    [[turned], (x) => weft.permute(x, [0, 1]), (x) => x],
    [[sample([])], (x) => weft.permute(x, []), (x) => x],
  ),
  layoutRow(
    "expand",
    [[sample([3, 1])], (x) => weft.expand(x, [2, -1, 4]), moved([2, 3, 4], ([, b = 0]) => [b, 0])],
    [[sample([])], (x) => weft.expand(x, [3]), moved([3], () => [])],
    [[sample([3, 1])], (x) => weft.expand(x, [3, 0]), moved([3, 0], ([a = 0]) => [a, 0])],
    [[turned], (x) => weft.expand(x, [2, 3, 4]), moved([2, 3, 4], ([, b = 0, c = 0]) => [b, c])],
  ),
  layoutRow(
    "unsqueeze",
    [[sample([2, 3])], (x) => weft.unsqueeze(x, 1), to([2, 1, 3])],
    [[turned], (x) => weft.unsqueeze(x, -1), to([3, 4, 1])],
    [[sample([])], (x) => weft.unsqueeze(x, 0), to([1])],
  ),
  layoutRow(
    "squeeze",
    [[sample([2, 1, 3])], (x) => weft.squeeze(x, -2), to([2, 3])],
    [[sample([1])], (x) => weft.squeeze(x, 0), to([])],
    [[sample([1, 4], { lie: "transposed" })], (x) => weft.squeeze(x, 0), to([4])],
    [[sample([1, 2, 1, 3, 1])], (x) => weft.squeeze(x), to([2, 3])],
    [[sample([1, 2, 1, 3, 1])], (x) => weft.squeeze(x, [0, -1, 1]), to([2, 1, 3])],
    [[sample([2, 3])], (x) => weft.squeeze(x, 1), (x) => x],
    [[sample([])], (x) => weft.squeeze(x), (x) => x],
    [[sample([1, 0, 1])], (x) => weft.squeeze(x), to([0])],
    [[sample([1, 1, 1, 1, 1, 1, 1, 1])], (x) => weft.squeeze(x), to([])],
  ),
  layoutRow(
    "slice",
    [[cube], (x) => weft.slice(x, 1, 1), slice(1, 1, 3)],
    [[cube], (x) => weft.slice(x, -1, -3, -1), slice(2, 1, 3)],
    [[cube], (x) => weft.slice(x, 0, 5), slice(0, 2, 2)],
    ...[turned, cut, repeated].map((input): Use => [[input], (x) => weft.slice(x, 1, 1, 3), slice(1, 1, 3)]),
    [[whole], (x) => weft.slice(x, 1, 3), slice(1, 3, 6)],
    ...[turned, cut, repeated].map(
      (input): Use => [
        [input],
        (x) => weft.slice(x, 1, 3, 0, -2),
        moved([3, 2], ([a = 0, c = 0]) => [a, 3 - 2 * c]),
      ],
    ),
    [[cube], (x) => weft.slice(x, 2, 0, 4, 3), moved([2, 3, 2], ([a = 0, b = 0, c = 0]) => [a, b, 3 * c])],
    [
      [cube],
      (x) => weft.slice(x, 1, undefined, undefined, -1),
      moved([2, 3, 4], ([a = 0, b = 0, c = 0]) => [a, 2 - b, c]),
    ],
    [[cube], (x) => weft.slice(x, 2, -9, 9, 2), moved([2, 3, 2], ([a = 0, b = 0, c = 0]) => [a, b, 2 * c])],
    [[cube], (x) => weft.slice(x, 2, 1, 3, -1), slice(2, 1, 1)],
    [[empty], (x) => weft.slice(x, 0, undefined, undefined, -1), to([0, 3])],
  ),
  layoutRow(
    "select",
    [[cube], (x) => weft.select(x, 1, -1), moved([2, 4], ([a = 0, c = 0]) => [a, 2, c])],
    [[turned], (x) => weft.select(x, 0, 1), moved([4], ([c = 0]) => [1, c])],
    [[sample([3])], (x) => weft.select(x, 0, 2), moved([], () => [2])],
  ),
];
