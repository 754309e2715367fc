import { kernels } from "@weft/kernels";
import { launch, strided, tensor, zeros } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers, wholeNumbers } from "../data.js";

/** A table of (rows, cols) looked up at `count` positions, and the gradient of that. */
function lookup(rows: number, cols: number, count: number): Case[] {
  const size = `${rows}×${cols}, ${count} ids`;
  const ids = wholeNumbers(count, rows);
  const weight = numbers(rows * cols, { seed: 2 });
  const dy = numbers(count * cols, { seed: 3 });
  return [
    kernelCase({
      ...{ kernel: "gather", variant: "rows", size, work: { bytes: 4 * (count + 2 * count * cols) } },
      tensors: () => ({ x: tensor(weight), index: tensor(ids), out: output(count, cols) }),
      encode: ({ x, index, out }) =>
        launch(
          kernels.gather,
          { x: strided(x), index: strided(index), out: strided(out) },
          {
            // For each axis: length, stride of index, stride of x, which is 0 where the index says.
            ...{ axes: [count, 1, 0, 0, cols, 0, 1, 0], indexOffset: 0, xOffset: 0 },
            ...{ length: rows, step: cols, size: count * cols },
          },
          { invocations: (count * cols) / 4, knobs: { RANK: 2, QUADS: 1 } },
        ),
      expected: () => ({
        out: dy.map((_, i) => weight[(ids[Math.floor(i / cols)] as number) * cols + (i % cols)] as number),
      }),
    }),
    kernelCase({
      ...{ kernel: "scatter", variant: "add rows", size },
      work: { bytes: 4 * (count + count * cols + rows * cols) },
      // The kernel adds to what is there: runs after the first go on adding.
      tensors: () => ({ index: tensor(ids), source: tensor(dy), out: zeros([rows, cols]) }),
      encode: ({ index, source, out }) =>
        launch(
          kernels.scatter,
          { index: strided(index), source: strided(source), out },
          {
            ...{ axes: [cols, 0, 1, 1], indexOffset: 0, sourceOffset: 0, indexStep: 1, sourceStep: cols },
            ...{ outStep: cols, count, length: rows, size: cols },
          },
          { invocations: cols, knobs: { RANK: 1, ADD: 1 } },
        ),
      expected() {
        const out = new Float64Array(rows * cols);
        dy.forEach((v, i) => {
          const at = (ids[Math.floor(i / cols)] as number) * cols + (i % cols);
          out[at] = (out[at] as number) + v;
        });
        return { out };
      },
    }),
  ];
}

/** The gradient of a lookup by the kernels for many ids, which start from a table of zeros. */
function lookupGradient(rows: number, cols: number, count: number): Case[] {
  const size = `${rows}×${cols}, ${count} ids`;
  const ids = wholeNumbers(count, rows);
  const dy = numbers(count * cols, { seed: 3 });
  const order = Int32Array.from(ids.keys()).sort((a, b) => at(ids, a) - at(ids, b) || a - b);
  const work = { bytes: 4 * (count + count * cols + rows * cols) };
  const common = { sourceOffset: 0, sourceStep: cols, outStep: cols, count, length: rows };
  const expected = () => {
    const out = new Float64Array(rows * cols);
    dy.forEach((v, i) => {
      const place = at(ids, Math.floor(i / cols)) * cols + (i % cols);
      out[place] = (out[place] as number) + v;
    });
    return { out };
  };
  const blocks = Math.ceil(cols / 64);
  const owners = Math.min(rows, 256, Math.ceil(1024 / blocks));
  return [
    kernelCase({
      ...{ kernel: "scatterOwned", variant: "add rows", size, work, expected },
      tensors: () => ({ index: tensor(ids), source: tensor(dy), out: zeros([rows, cols]) }),
      encode: ({ index, source, out }) =>
        launch(
          kernels.scatterOwned,
          { index: strided(index), source: strided(source), out },
          { axes: [cols, 0, 1, 1], indexOffset: 0, indexStep: 1, ...common, size: cols, owners },
          { rows: blocks * owners, knobs: { RANK: 1, ADD: 1 } },
        ),
    }),
    // Runs of at most one chunk: the first level is all there is.
    kernelCase({
      ...{ kernel: "scatterSorted", variant: "add rows", size, work, expected },
      tensors: () => ({
        ...{ sorted: tensor(Int32Array.from(ids).sort()), order: tensor(order), source: tensor(dy) },
        ...{ sums: output(Math.ceil(count / 256), cols), out: zeros([rows, cols]) },
      }),
      encode: ({ sorted, order, source, sums, out }) =>
        launch(
          kernels.scatterSorted,
          { sorted, order, source: strided(source), sums, out },
          { axes: [cols, 0, 1, 1], ...common, lines: cols, size: count * cols, span: 1 },
          { invocations: count * cols, knobs: { RANK: 1, ADD: 1 } },
        ),
    }),
  ];
}

const at = (values: ArrayLike<number>, i: number): number => values[i] as number;

// A character model's step, T·B = 512; then a vocabulary of word pieces.
export const indexing: readonly Case[] = [
  ...lookup(65, 64, 512),
  ...lookup(8192, 256, 2048),
  ...lookupGradient(8192, 256, 2048),
];
