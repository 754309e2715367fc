import { kernels } from "@weft/kernels";
import { type DType, elementOf, isFloat } from "../../dtype.js";
import { empty, launch } from "../../launch.js";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

const { sortTile, sortStep } = kernels;
const { TILE } = sortTile.constants;

/** How the kernels turn an element of this dtype into a key. */
export const kindOf = (dtype: DType): number =>
  isFloat(dtype)
    ? sortTile.constants.FLOAT
    : dtype === "i32"
      ? sortTile.constants.SIGNED
      : sortTile.constants.UNSIGNED;

/** Encodes a bitonic network: `out` receives the places of each row of x, its last axis, in the order of its elements. */
export function sortRows(x: Tensor, out: Tensor, descending: boolean): void {
  const length = at(x.shape, x.rank - 1);
  if (x.size === 0) return;
  const padded = 2 ** Math.ceil(Math.log2(length));
  const size = (x.size / length) * padded;
  const fits = padded <= TILE;
  const pairs = empty({ shape: [fits ? 1 : size, 2], dtype: "u32", device: x.device }, "argsort");
  const tiles = (stage: number) =>
    launch(
      sortTile,
      { x, pairs, out },
      { length, padded, stage, size },
      {
        rows: Math.ceil(size / TILE),
        knobs: {
          ...{ FIRST: stage === TILE ? 1 : 0, LAST: fits || stage === padded ? 1 : 0 },
          ...{ KIND: kindOf(x.dtype), DESCENDING: descending ? 1 : 0, Element: elementOf(x.dtype) },
        },
      },
    );
  tiles(TILE);
  for (let stage = 2 * TILE; stage <= padded; stage *= 2) {
    for (let step = stage / 2; step >= TILE; step /= 2) {
      launch(sortStep, { pairs }, { padded, stage, step, size: size / 2 }, { invocations: size / 2 });
    }
    tiles(stage);
  }
  pairs.dispose();
}
