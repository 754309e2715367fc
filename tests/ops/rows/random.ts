import { dropout, Generator, normal, uniform } from "@weft/tensor";
import { EXACT, F32, makeCase, NONE, ROUNDED, type Row } from "../case.js";
import * as reference from "../reference/random.js";
import { sample } from "../sample.js";

const SHAPES: readonly (readonly number[])[] = [[5], [], [0, 3], [3, 700]];
/** The last one has bits in both words of the key. */
const SEEDS = [0, 7, 2 ** 40 + 12345];

export const uniformRow: Row = {
  name: "uniform",
  dtypes: NONE,
  tolerance: EXACT,
  cases: SHAPES.flatMap((shape) =>
    SEEDS.map((seed) =>
      makeCase(
        [],
        () => uniform(shape, { generator: new Generator(seed), low: -1, high: 3 }),
        () => reference.uniform(shape, seed, -1, 3),
        { label: `(${shape.join(", ")}) of seed ${seed}` },
      ),
    ),
  ),
};

export const normalRow: Row = {
  name: "normal",
  dtypes: NONE,
  // An adapter's cos may be off by 2⁻¹¹ in WGSL; those we know are better by far.
  tolerance: 1e-3,
  absolute: 1e-3,
  cases: SHAPES.flatMap((shape) =>
    SEEDS.map((seed) =>
      makeCase(
        [],
        () => normal(shape, { generator: new Generator(seed), mean: 1, std: 2 }),
        () => reference.normal(shape, seed, 1, 2),
        { label: `(${shape.join(", ")}) of seed ${seed}` },
      ),
    ),
  ),
};

export const dropoutRow: Row = {
  name: "dropout",
  dtypes: F32,
  tolerance: ROUNDED,
  cases: [
    ...[sample([]), sample([0, 3]), sample([1031])],
    ...(["plain", "transposed", "sliced", "expanded"] as const).map((lie) => sample([9, 7], { lie })),
  ].flatMap((input) =>
    [0.3, 0].map((p) =>
      makeCase(
        [input],
        (x) => dropout(x, p, new Generator(11)),
        (x) => reference.dropout(x, p, 11),
        { label: `p = ${p}` },
      ),
    ),
  ),
};
