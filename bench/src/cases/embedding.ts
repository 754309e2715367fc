import { kernels } from "@weft/kernels";
import { launch, tensor, zeros } from "@weft/tensor";
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
      ...{ kernel: "embedding", size, work: { bytes: 4 * (count + 2 * count * cols) } },
      tensors: () => ({ weight: tensor(weight), ids: tensor(ids), out: output(count, cols) }),
      encode: (tensors) =>
        launch(kernels.embedding, tensors, { rows, cols, size: count * cols }, { invocations: count * cols }),
      expected: () => ({
        out: dy.map((_, i) => weight[(ids[Math.floor(i / cols)] as number) * cols + (i % cols)] as number),
      }),
    }),
    kernelCase({
      ...{ kernel: "embeddingGradient", size, work: { bytes: 4 * (count + count * cols + rows * cols) } },
      // The kernel adds to what is there: runs after the first go on adding.
      tensors: () => ({ ids: tensor(ids), dy: tensor(dy), out: zeros([rows, cols]) }),
      encode: (tensors) =>
        launch(kernels.embeddingGradient, tensors, { rows, cols, count }, { invocations: cols }),
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
export const embeddings: readonly Case[] = [...lookup(65, 64, 512), ...lookup(8192, 256, 2048)];
