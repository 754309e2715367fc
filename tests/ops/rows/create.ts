import { arange, eye, full, fullLike, linspace, ones, onesLike, zeros, zerosLike } from "@weft/tensor";
import { build } from "../array.js";
import { ANY, EXACT, makeCase, NONE, ROUNDED, type Row } from "../case.js";
import { sample } from "../sample.js";

const SHAPES: readonly (readonly number[])[] = [[], [5], [0, 3], [2, 3, 4], [1030]];
const label = (shape: readonly number[]) => `(${shape.join(", ")})`;

const filled = (name: "zeros" | "ones", make: typeof zeros, value: number): Row => ({
  name,
  dtypes: NONE,
  tolerance: EXACT,
  cases: SHAPES.flatMap((shape) =>
    (["f32", "i32", "u32", "bool"] as const).map((dtype) =>
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
  ...(
    [
      ["zerosLike", zerosLike, 0],
      ["onesLike", onesLike, 1],
      ["fullLike", (x: Parameters<typeof zerosLike>[0]) => fullLike(x, 1), 1],
    ] as const
  ).map(
    ([name, run, value]): Row => ({
      name,
      dtypes: ANY,
      tolerance: EXACT,
      cases: SHAPES.map((shape) =>
        makeCase([sample(shape)], run, (x) => build(x.shape, () => value), { gradient: false }),
      ),
    }),
  ),
  {
    name: "arange",
    dtypes: NONE,
    tolerance: EXACT,
    cases: [
      ...[0, 1, 1030].map((n) =>
        makeCase(
          [],
          () => arange(n, { dtype: "i32" }),
          () => build([n], ([i = 0]) => i),
          { label: `${n}` },
        ),
      ),
      ...(
        [
          [2, 7, 1, 5],
          [5, -1, -2, 3],
          [0, 1, 0.25, 4],
          [3, 3, 1, 0],
        ] as const
      ).map(([start, end, step, length]) =>
        makeCase(
          [],
          () => arange(start, end, step),
          () => build([length], ([i = 0]) => start + i * step),
          { label: `${start} to ${end} by ${step}` },
        ),
      ),
    ],
  },
  {
    name: "linspace",
    dtypes: NONE,
    tolerance: ROUNDED,
    cases: [0, 1, 2, 7, 1030].map((n) =>
      makeCase(
        [],
        () => linspace(-1, 3, n),
        () => build([n], ([i = 0]) => -1 + (4 * i) / Math.max(n - 1, 1)),
        { label: `${n} steps` },
      ),
    ),
  },
  {
    name: "eye",
    dtypes: NONE,
    tolerance: EXACT,
    cases: (
      [
        [3, 3],
        [2, 4],
        [4, 2],
        [0, 3],
      ] as const
    ).map(([rows, cols]) =>
      makeCase(
        [],
        () => eye(rows, cols),
        () => build([rows, cols], ([i, j]) => Number(i === j)),
        { label: `${rows} × ${cols}` },
      ),
    ),
  },
];
