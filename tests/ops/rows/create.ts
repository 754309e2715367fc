import { arange, full, ones, zeros } from "@weft/tensor";
import { build } from "../array.js";
import { EXACT, makeCase, NONE, type Row } from "../case.js";

const SHAPES: readonly (readonly number[])[] = [[], [5], [0, 3], [2, 3, 4], [1030]];
const label = (shape: readonly number[]) => `(${shape.join(", ")})`;

const filled = (name: "zeros" | "ones", make: typeof zeros, value: number): Row => ({
  name,
  dtypes: NONE,
  tolerance: EXACT,
  cases: SHAPES.flatMap((shape) =>
    (["f32", "i32", "u32"] as const).map((dtype) =>
      makeCase(
        [],
        () => make(shape, { dtype }),
        () => build(shape, () => value),
        { label: `${label(shape)} ${dtype}` },
      ),
    ),
  ),
});

export const createRows: readonly Row[] = [
  filled("zeros", zeros, 0),
  filled("ones", ones, 1),
  {
    name: "full",
    dtypes: NONE,
    tolerance: EXACT,
    cases: (
      [
        ["f32", -2.5],
        ["f32", 1e38],
        ["f32", Number.POSITIVE_INFINITY],
        ["i32", -7],
        ["u32", 4294967295],
      ] as const
    ).map(([dtype, value]) =>
      makeCase(
        [],
        () => full([3], value, { dtype }),
        () => build([3], () => value),
        { label: `${value} ${dtype}` },
      ),
    ),
  },
  {
    name: "arange",
    dtypes: NONE,
    tolerance: EXACT,
    cases: [0, 1, 1030].map((n) =>
      makeCase(
        [],
        () => arange(n, { dtype: "i32" }),
        () => build([n], ([i = 0]) => i),
        { label: `${n}` },
      ),
    ),
  },
];
