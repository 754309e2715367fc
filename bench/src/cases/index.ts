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

// A character model's step, T·B = 512; then a vocabulary of word pieces.
export const indexing: readonly Case[] = [...lookup(65, 64, 512), ...lookup(8192, 256, 2048)];
