// Counting on the GPU of what is not finite: nothing is read before all is counted.
import { kernels } from "@weft/kernels";
import { type Device, keep, launch, type Tensor, zeros } from "@weft/tensor";

/** How many numbers of a tensor are not finite. */
export interface NonFinite {
  readonly nan: number;
  readonly inf: number;
}

/** Where the counts of one tensor are found later. */
export type Slot = () => NonFinite;

/** Pairs of counts in one tensor. */
const PAIRS = 1024;

/** Counts of up to PAIRS tensors, and what was read of them. */
interface Chunk {
  readonly counts: Tensor;
  read: ArrayLike<number>;
}

/** Counts of many tensors, on each device in tensors of their own. */
export class Counts {
  readonly #chunks: Chunk[] = [];
  readonly #last = new Map<Device, { readonly chunk: number; readonly pairs: number }>();

  /** Encodes the counting of a tensor's NaN and Inf; undefined for integers, which have neither. */
  count(x: Tensor): Slot | undefined {
    if (!x.dtype.startsWith("f") || x.size === 0) return undefined;
    let { chunk, pairs } = this.#last.get(x.device) ?? { chunk: -1, pairs: PAIRS };
    if (pairs === PAIRS) {
      const counts = keep(zeros([2 * PAIRS], { dtype: "u32", device: x.device }));
      chunk = this.#chunks.push({ counts, read: [] }) - 1;
      pairs = 0;
    }
    this.#last.set(x.device, { chunk, pairs: pairs + 1 });
    const into = this.#chunks[chunk] as Chunk;
    const slot = 2 * pairs;
    const halves = x.dtype === "f16"; // two to a word
    launch(
      kernels.nonFinite,
      { x, counts: into.counts },
      { size: x.size, slot },
      { invocations: halves ? Math.ceil(x.size / 2) : x.size, knobs: { HALVES: halves ? 1 : 0 } },
    );
    return () => ({ nan: into.read[slot] ?? 0, inf: into.read[slot + 1] ?? 0 });
  }

  /** Reads all counts; slots hold them from then on. */
  async read(): Promise<void> {
    await Promise.all(
      this.#chunks.map(async (chunk) => {
        chunk.read = await chunk.counts.data();
      }),
    );
  }

  dispose(): void {
    for (const { counts } of this.#chunks) counts.dispose();
  }
}
