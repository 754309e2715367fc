// A scatter of very many indices: they are sorted first, so that many invocations can share an element.
import { kernels } from "@weft/kernels";
import { elementOf } from "../../dtype.js";
import { empty, launch, strided } from "../../launch.js";
import { at, collapse, rowMajor, type Shape, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { readAlongAxis } from "./readAlongAxis.js";
import { sortRows } from "./sortRows.js";

/** Elements of a source that are to go where their index says. */
export interface Writes {
  readonly index: Tensor;
  /** How the index lies when seen in the source's shape. */
  readonly indexStrides: readonly number[];
  readonly source: Tensor;
  readonly axis: number;
  readonly output: Tensor;
  /** Whether what is written is added to what is there. */
  readonly add: boolean;
}

const { CHUNK } = kernels.scatterSorted.constants;

/** Most indices that are sorted at a time, in all rows: this bounds what sorting needs, some 20 bytes for each. */
const MOST = 2 ** 20;

/** The indices of a part of the source, each row of them once, and their numbers in the order of the indices. */
interface Rows {
  readonly sorted: Tensor;
  readonly order: Tensor;
  /** Strides of both seen in the shape of the lines: 0 where lines share a row. */
  readonly strides: readonly number[];
  /** Indices of a row, and the number of the first one on the axis. */
  readonly count: number;
  readonly start: number;
}

/** Encodes sort_tile.wgsl and scatter_sorted.wgsl, for a part of the indices after the other. */
export function scatterSorted(writes: Writes): void {
  const { indexStrides, source, axis } = writes;
  const shape = source.shape.toSpliced(axis, 1);
  const stretched = indexStrides.toSpliced(axis, 1).map((stride) => stride === 0);
  const rows = shape.map((length, i) => (stretched[i] ? 1 : length));
  const part = 2 ** Math.floor(Math.log2(MOST / sizeOf(rows)));
  const all = at(source.shape, axis);
  for (let start = 0; start < all; start += part) {
    const count = Math.min(part, all - start);
    const { sorted, order } = sortedRows(writes, [...rows, count], start);
    const strides = order.strides.slice(0, -1).map((stride, i) => (stretched[i] ? 0 : stride));
    scatterRows(writes, { sorted, order, strides, count, start });
    for (const passed of [sorted, order]) passed.dispose();
  }
}

function sortedRows({ index, indexStrides, axis }: Writes, shape: Shape, start: number) {
  const step = at(indexStrides, axis);
  const strides = [...indexStrides.toSpliced(axis, 1), step];
  const part = index.view({ shape, strides, offset: index.offset + start * step });
  const like = { shape, dtype: "i32", device: index.device } as const;
  const [sorted, order] = [empty(like, "scatter"), empty(like, "scatter")];
  sortRows(part, order, false);
  readAlongAxis({
    ...{ x: part, index: order, indexStrides: order.strides, axis: shape.length - 1 },
    ...{ output: sorted, missing: "zero" },
  });
  part.dispose();
  return { sorted, order };
}

/** Encodes scatter_sorted.wgsl for every level that runs of so many indices can have. */
function scatterRows({ source, axis, output, add }: Writes, { sorted, order, count, ...rows }: Rows): void {
  const without = (values: readonly number[]) => values.toSpliced(axis, 1);
  const shape: Shape = without(source.shape);
  const lines = sizeOf(shape);
  let items = source;
  let lie = { strides: without(source.strides), step: at(source.strides, axis), offset: source.offset };
  lie.offset += rows.start * lie.step;
  // A run of n items of a level leaves ⌈n / CHUNK⌉ − 1 sums.
  for (let [span, longest] = [1, count]; longest > 0; span *= CHUNK) {
    longest = add ? Math.ceil(longest / CHUNK) - 1 : 0;
    const slots = longest > 0 ? Math.ceil(count / (span * CHUNK)) : 0;
    const sums = empty({ shape: [Math.max(slots * lines, 1)], dtype: output.dtype, device: output.device });
    const { rank, axes } = collapse(shape, [rows.strides, lie.strides, without(output.strides)]);
    const size = Math.ceil(count / span) * lines;
    launch(
      kernels.scatterSorted,
      { sorted, order, source: strided(items), sums, out: output },
      {
        ...{ axes, sourceOffset: lie.offset, sourceStep: lie.step, outStep: at(output.strides, axis) },
        ...{ count, length: at(output.shape, axis), lines, size, span },
      },
      {
        invocations: size,
        knobs: {
          ...{ RANK: rank, ADD: add ? 1 : 0, FIRST: span === 1 ? 1 : 0 },
          Element: elementOf(output.dtype),
        },
      },
    );
    if (items !== source) items.dispose();
    items = sums;
    lie = { strides: rowMajor(shape), step: lines, offset: 0 };
  }
  items.dispose();
}
