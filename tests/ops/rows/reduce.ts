import * as weft from "@weft/tensor";
import { F32, makeCase, ROUNDED, type Row } from "../case.js";
import { reduce } from "../reference/reduce.js";
import { sample } from "../sample.js";

const FOLDS: readonly (readonly [shape: number[], axis: number[]])[] = [
  [[5], [0]],
  [[3, 4], [1]],
  [[3, 4], [0]],
  [[2, 3, 4], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4],
    [0, 1, 2],
  ],
  [[1500], [0]],
  [[3, 700, 2], [1]],
  [
    [2, 3, 2, 3],
    [1, 3],
  ],
];

/** `empty` tells whether nothing may be folded: a sum of nothing is 0, a largest of nothing is an error. */
export function reduceRow(
  name: "sum" | "mean" | "max",
  f: (values: number[]) => number,
  { empty }: { readonly empty: boolean },
): Row {
  const op = weft[name];
  const views = (["transposed", "sliced", "expanded"] as const).map((lie) => sample([4, 3], { lie }));
  const last = (shape: readonly number[]) => reduce([shape.length - 1], false, f);
  return {
    name,
    dtypes: F32,
    tolerance: ROUNDED,
    cases: [
      ...FOLDS.flatMap(([shape, axis]) =>
        [false, true].map((keepDim) =>
          makeCase([sample(shape)], (x) => op(x, { axis, keepDim }), reduce(axis, keepDim, f), {
            label: `over ${axis.join(", ")}${keepDim ? ", kept" : ""}`,
          }),
        ),
      ),
      ...views.map((input) => makeCase([input], (x) => op(x, { axis: -1 }), last(input.array.shape))),
      makeCase([sample([])], (x) => op(x), reduce([], false, f)),
      makeCase([sample([0, 3])], (x) => op(x, { axis: 1 }), reduce([1], false, f)),
      makeCase([sample([150_000], { low: 0 })], (x) => op(x), reduce([0], false, f), {
        label: "in three folds",
      }),
      ...(empty
        ? [
            makeCase([sample([3, 0])], (x) => op(x, { axis: 1 }), reduce([1], false, f), {
              label: "of nothing",
            }),
            // The part begins where its buffer of 256 bytes ends.
            makeCase(
              [sample([64])],
              (x) => op(weft.slice(x, 0, 64)),
              () => ({ shape: [], data: Float64Array.of(f([])) }),
              {
                label: "of an empty part",
              },
            ),
          ]
        : []),
    ],
  };
}
