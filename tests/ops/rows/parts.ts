import { cat, stack, unbind } from "@weft/tensor";
import { reshaped } from "../array.js";
import type { Row } from "../case.js";
import * as reference from "../reference/layout.js";
import { sample } from "../sample.js";
import { layoutRow } from "./layout.js";

const cube = sample([2, 3, 4]);
const turned = sample([3, 4], { lie: "transposed" });
const integers = (shape: readonly number[], seed: number) =>
  sample(shape, { dtype: "i32", low: -9, high: 9, seed });

export const partsRows: readonly Row[] = [
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
