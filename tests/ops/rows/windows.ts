import { type UnfoldOptions, unfold } from "@weft/tensor";
import { type Array64, build, get } from "../array.js";
import type { Row } from "../case.js";
import { type Sample, sample } from "../sample.js";
import { layoutRow } from "./layout.js";

/** A case of windows over `axis` (counted from the front), with the op given `named` for it. */
function windows(
  input: Sample,
  [axis, size, step = 1, dilation = 1]: readonly [number, number, number?, number?],
  named = axis,
): Parameters<typeof layoutRow>[1] {
  const options: UnfoldOptions = { dilation };
  const { shape } = input.array;
  const span = Math.max((size - 1) * dilation + 1, 0);
  const count = Math.floor(((shape[axis] as number) - span) / step) + 1;
  const reference = (x: Array64) =>
    build([...shape.with(axis, count), size], (index) => {
      const place = index.at(-1) as number;
      return get(x, index.slice(0, -1).with(axis, (index[axis] as number) * step + place * dilation));
    });
  return [[input], (x) => unfold(x, named, size, step, options), reference];
}

const cube = sample([2, 7, 3]);

export const windowRows: readonly Row[] = [
  layoutRow(
    "unfold",
    windows(sample([6]), [0, 3, 1]),
    windows(cube, [1, 3, 2], -2),
    windows(cube, [1, 2, 3]),
    windows(cube, [1, 3, 1, 2]),
    windows(cube, [1, 2, 2, 5]),
    windows(cube, [2, 3], -1),
    windows(cube, [0, 1]),
    windows(sample([5, 4], { lie: "transposed" }), [0, 3, 2]),
    windows(sample([5, 4], { lie: "sliced" }), [1, 2]),
    windows(sample([5, 4], { lie: "expanded" }), [0, 2]),
    windows(sample([0, 4]), [1, 2]),
    windows(sample([3, 4]), [1, 0]),
    windows(sample([1, 2, 1, 2, 1, 5, 2]), [5, 4, 1]),
    windows(sample([4, 200]), [1, 33, 7]),
  ),
];
