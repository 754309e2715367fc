import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

/** Running h = a h + b along the middle axis of (outer, length, inner). */
function recurrence(outer: number, length: number, inner: number): Case {
  const count = outer * length * inner;
  const a = numbers(count);
  const b = numbers(count, { seed: 2 });
  return kernelCase({
    ...{ kernel: "recurrence", size: `${outer}×${length}×${inner}`, work: { bytes: 12 * count } },
    tensors: () => ({ a: tensor(a), b: tensor(b), out: output(outer, length, inner) }),
    encode: ({ a, b, out }) =>
      launch(
        kernels.recurrence,
        { a, b, carries: a, out },
        { length, inner, chunk: length, parts: 1, size: outer * inner, initial: 0 },
        { invocations: outer * inner },
      ),
    expected() {
      const out = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        const isFirst = Math.floor(i / inner) % length === 0;
        out[i] = (a[i] as number) * (isFirst ? 0 : (out[i - inner] as number)) + (b[i] as number);
      }
      return { out };
    },
    tolerance: 1e-4,
  });
}

export const recurrences: readonly Case[] = [recurrence(8, 256, 512), recurrence(2048, 256, 1)];
