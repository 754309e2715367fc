import { type DiagonalOptions, diagonal, tril, triu } from "@weft/tensor";
import { type Array64, build, get } from "../array.js";
import type { Row } from "../case.js";
import { type Sample, sample } from "../sample.js";
import { layoutRow, type Use } from "./layout.js";

const matrix = sample([4, 3]);
const batch = sample([2, 3, 4]);
const turned = sample([3, 4], { lie: "transposed" });
const cut = sample([3, 4], { lie: "sliced" });
const repeated = sample([3, 4], { lie: "expanded" });
const special = sample([2, 3], {
  values: [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -0],
});

/** The diagonal over axes a and b, counted from the front, of `length` elements. */
function along(
  input: Sample,
  options: DiagonalOptions,
  [a, b]: readonly [number, number],
  length: number,
): Use {
  const { offset = 0 } = options;
  const reference = (x: Array64) => {
    const rest = x.shape.filter((_, axis) => axis !== a && axis !== b);
    return build([...rest, length], (index) => {
      const i = index.at(-1) as number;
      const others = index.slice(0, -1);
      const from = x.shape.map((_, axis) => {
        if (axis === a) return i + Math.max(-offset, 0);
        if (axis === b) return i + Math.max(offset, 0);
        return others.shift() as number;
      });
      return get(x, from);
    });
  };
  return [[input], (x) => diagonal(x, options), reference];
}

/** A triangle of each matrix: what `keeps` says by column less row. */
const triangle =
  (keeps: (above: number) => boolean) =>
  (x: Array64): Array64 =>
    build(x.shape, (i) => (keeps((i.at(-1) as number) - (i.at(-2) as number)) ? get(x, i) : 0));

const triangles = (op: typeof tril, keeps: (above: number, diagonal: number) => boolean): Use[] =>
  [
    ...[matrix, batch, turned, cut, repeated, sample([0, 3]), sample([2, 0])].map(
      (input) => [input, 0] as const,
    ),
    ...[-9, -2, 1, 3, 9].map((d) => [matrix, d] as const),
    [sample([1, 2, 1, 1, 2, 1, 3, 2]), 0] as const,
    [special, 0] as const,
  ].map(([input, d]) => [
    [input],
    (x) => op(x, { diagonal: d }),
    triangle((above) => keeps(above, d)),
    { gradient: input !== special },
  ]);

export const diagonalRows: readonly Row[] = [
  layoutRow(
    "diagonal",
    along(matrix, {}, [0, 1], 3),
    along(matrix, { offset: 1 }, [0, 1], 2),
    along(matrix, { offset: -2 }, [0, 1], 2),
    along(matrix, { offset: 3 }, [0, 1], 0),
    along(matrix, { offset: -9 }, [0, 1], 0),
    along(batch, { axis0: 2, axis1: 0, offset: -1 }, [2, 0], 2),
    along(batch, { axis0: -2, axis1: -1 }, [1, 2], 3),
    along(turned, { offset: 1 }, [0, 1], 3),
    along(cut, {}, [0, 1], 3),
    along(repeated, {}, [0, 1], 3),
    along(sample([0, 3]), {}, [0, 1], 0),
    along(sample([1, 2, 1, 2, 1, 1, 2, 3]), { axis0: 1, axis1: 7 }, [1, 7], 2),
  ),
  layoutRow("tril", ...triangles(tril, (above, d) => above <= d)),
  layoutRow("triu", ...triangles(triu, (above, d) => above >= d)),
];
