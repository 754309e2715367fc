import { type PadOptions, pad } from "@weft/tensor";
import { type Array64, build, get } from "../array.js";
import type { Row } from "../case.js";
import { type Sample, sample } from "../sample.js";
import { layoutRow, type Use } from "./layout.js";

type Mode = NonNullable<PadOptions["mode"]>;

/** Where place i of a padded axis of n comes from, by position in the axis; undefined for the constant. */
function source(
  i: number,
  n: number,
  [before, after]: readonly [number, number],
  mode: Mode,
): number | undefined {
  const p = i - before;
  if (mode === "replicate") return Math.min(Math.max(p, 0), n - 1);
  if (mode === "reflect") return p < 0 ? -p : p >= n ? 2 * (n - 1) - p : p;
  if (mode === "circular") {
    const first = Math.max(-before, 0);
    const length = n - first - Math.max(-after, 0);
    return first + ((((p - first) % length) + length) % length);
  }
  return p >= 0 && p < n ? p : undefined;
}

/** A case of pad(); `padding` has the last axis first. */
function padded(input: Sample, padding: readonly number[], mode: Mode = "constant", value?: number): Use {
  const { shape } = input.array;
  const edges = (axis: number): readonly [number, number] => {
    const i = 2 * (shape.length - 1 - axis);
    return [padding[i] ?? 0, padding[i + 1] ?? 0];
  };
  const reference = (x: Array64) =>
    build(
      shape.map((n, axis) => n + edges(axis)[0] + edges(axis)[1]),
      (index) => {
        const from = index.map((i, axis) => source(i, shape[axis] as number, edges(axis), mode));
        return from.includes(undefined) ? (value ?? 0) : get(x, from as number[]);
      },
    );
  // A value other than 0 and 1 is not for bool.
  return [
    [input],
    (x) => pad(x, padding, { mode, ...(value !== undefined && { value }) }),
    reference,
    {
      label: `${mode} by (${padding.join(", ")})`,
      typed: value === undefined || value === 1,
      gradient: value === undefined || Number.isFinite(value),
    },
  ];
}

const line = sample([4]);
const matrix = sample([3, 4]);
const images = sample([2, 2, 3, 4]);
const lies = (["transposed", "sliced", "expanded"] as const).map((lie) => sample([3, 4], { lie }));
const eight = sample([1, 2, 1, 2, 1, 2, 1, 3]);

export const paddedRows: readonly Row[] = [
  layoutRow(
    "pad",
    padded(line, [1, 2]),
    padded(line, [2, 0], "constant", 1),
    padded(line, [1, 1], "constant", -2.5),
    padded(line, [1, 1], "constant", Number.NEGATIVE_INFINITY),
    padded(line, [-1, 2]),
    padded(line, [-1, -2]),
    padded(line, [-4, 3]),
    padded(line, [0, 0]),
    padded(line, []),
    padded(matrix, [1, 0, 0, 2]),
    padded(images, [1, -2, 0, 1, 1, 1]),
    ...lies.map((input) => padded(input, [1, 2, -1, 3])),
    padded(sample([0, 3]), [1, 1, 2, 1]),
    padded(sample([]), []),
    padded(eight, [1, 0, 0, 0, 1, 1]),
    padded(line, [3, 2], "reflect"),
    padded(line, [-3, 2], "reflect"),
    padded(line, [-4, 2], "reflect"),
    padded(line, [0, 0], "reflect"),
    padded(images, [1, 2, 2, 0], "reflect"),
    ...lies.map((input) => padded(input, [3, 1, 2, 2], "reflect")),
    padded(line, [5, 1], "replicate"),
    padded(line, [-4, 2], "replicate"),
    padded(line, [-1, -1], "replicate"),
    padded(images, [1, 2, 5, 0, 0, 3], "replicate"),
    ...lies.map((input) => padded(input, [1, 0, 2, 2], "replicate")),
    padded(sample([0, 3]), [1, 1], "replicate"),
    padded(line, [4, 4], "circular"),
    padded(line, [-1, 2], "circular"),
    padded(images, [1, 2, 0, 3], "circular"),
    ...lies.map((input) => padded(input, [1, 4, 2, 2], "circular")),
    padded(eight, [1, 2, 0, 0, 1, 1], "circular"),
  ),
];
