import { cat, chunk, narrow, split, stack, unbind } from "@weft/tensor";
import { type Array64, reshaped } from "../array.js";
import type { Row } from "../case.js";
import * as reference from "../reference/layout.js";
import { sample } from "../sample.js";
import { layoutRow, type Use } from "./layout.js";

const cube = sample([2, 3, 4]);
const turned = sample([3, 4], { lie: "transposed" });
const integers = (shape: readonly number[], seed: number) =>
  sample(shape, { dtype: "i32", low: -9, high: 9, seed });

const cut = sample([3, 4], { lie: "sliced" });
const repeated = sample([3, 4], { lie: "expanded" });

/** Parts of `sizes` along an axis. */
const parts =
  (axis: number, sizes: readonly number[]): Use[2] =>
  (x) => {
    let start = 0;
    return sizes.map((size) => {
      const first = start;
      start += size;
      return reference.slice(axis, first, start)(x);
    });
  };

export const partsRows: readonly Row[] = [
  layoutRow(
    "narrow",
    [[cube], (x) => narrow(x, 1, 1, 2), reference.slice(1, 1, 3)],
    [[cube], (x) => narrow(x, -1, -3, 2), reference.slice(2, 1, 3)],
    ...[turned, cut, repeated].map(
      (input): Use => [[input], (x) => narrow(x, 1, 1, 2), reference.slice(1, 1, 3)],
    ),
    [[sample([3])], (x) => narrow(x, 0, 3, 0), reference.slice(0, 3, 3)],
    [[sample([0, 3])], (x) => narrow(x, 0, 0, 0), (x) => x],
  ),
  layoutRow(
    "split",
    [[sample([5, 2])], (x) => split(x, 2), parts(0, [2, 2, 1])],
    [[cube], (x) => split(x, 4, -1), parts(2, [4])],
    [[cube], (x) => split(x, [1, 0, 3], 2), parts(2, [1, 0, 3])],
    ...[turned, cut, repeated].map((input): Use => [[input], (x) => split(x, 3, 1), parts(1, [3, 1])]),
    [[sample([0, 3])], (x) => split(x, 2), parts(0, [0])],
    [[sample([0, 3])], (x) => split(x, 0), parts(0, [0])],
  ),
  layoutRow(
    "chunk",
    [[sample([5])], (x) => chunk(x, 4), parts(0, [2, 2, 1])],
    [[sample([6, 2])], (x) => chunk(x, 3), parts(0, [2, 2, 2])],
    [[cube], (x) => chunk(x, 9, -2), parts(1, [1, 1, 1])],
    ...[turned, cut, repeated].map((input): Use => [[input], (x) => chunk(x, 3, 1), parts(1, [2, 2])]),
    [[sample([0, 3])], (x) => chunk(x, 3), parts(0, [0, 0, 0])],
  ),
  layoutRow(
    "unbind",
    [
      [cube],
      (x) => unbind(x, 1),
      (x) => [0, 1, 2].map((b) => reference.moved([2, 4], ([a = 0, c = 0]) => [a, b, c])(x)),
    ],
    [[turned], (x) => unbind(x), (x) => [0, 1, 2].map((a) => reference.moved([4], ([c = 0]) => [a, c])(x))],
    [[sample([0, 3])], (x) => unbind(x, 1), (x) => [0, 1, 2].map(() => reshaped(x, [0]))],
  ),
  layoutRow(
    "cat",
    [[sample([2, 3]), sample([2, 2], { seed: 2 })], (...parts) => cat(parts, 1), reference.cat(1)],
    [[turned, sample([2, 4], { seed: 2 })], (...parts) => cat(parts), reference.cat(0)],
    [
      [sample([3, 2], { lie: "sliced" }), sample([3, 4], { lie: "expanded", seed: 2 })],
      (...parts) => cat(parts, -1),
      reference.cat(1),
    ],
    [[sample([2]), sample([0]), sample([3], { seed: 2 })], (...parts) => cat(parts), reference.cat(0)],
    [[integers([2, 3], 1), integers([1, 3], 2)], (...parts) => cat(parts), reference.cat(0)],
    [[cube], (...parts) => cat(parts, 2), (x) => x],
    [[sample([0]), sample([2, 3])], (...parts) => cat(parts, 1), (_, x) => x as Array64],
    [
      [sample([1, 2, 3, 0]), sample([1, 2, 3, 0])],
      (...parts) => cat(parts, 2),
      (x) => reshaped(x, [1, 2, 6, 0]),
    ],
    [
      [sample([2, 1, 1, 1, 1, 1, 1, 3]), sample([2, 1, 1, 1, 2, 1, 1, 3], { seed: 2 })],
      (...parts) => cat(parts, 4),
      reference.cat(4),
    ],
    // dtypes are promoted.
    [[sample([2, 3]), integers([1, 3], 2)], (...parts) => cat(parts), reference.cat(0), { typed: false }],
    [[integers([2, 3], 2), sample([1, 3])], (...parts) => cat(parts), reference.cat(0), { typed: false }],
    [
      [sample([3], { dtype: "bool", values: [0, 1, 1] }), integers([2], 2)],
      (...parts) => cat(parts),
      reference.cat(0),
    ],
  ),
  layoutRow(
    "stack",
    ...[
      [sample([2, 3]), sample([2, 3], { seed: 2 })],
      [sample([2, 3], { lie: "transposed" }), sample([2, 3], { lie: "sliced" })],
    ].map(
      (inputs) =>
        [
          inputs,
          (...parts: Parameters<typeof cat>[0]) => stack(parts, 1),
          (...parts: Parameters<ReturnType<typeof reference.cat>>) =>
            reference.cat(1)(...parts.map((part) => reshaped(part, [2, 1, 3]))),
        ] as const,
    ),
    [
      [sample([]), sample([], { seed: 2 })],
      (...parts) => stack(parts),
      (...parts) => reference.cat(0)(...parts.map((part) => reshaped(part, [1]))),
    ],
  ),
];
