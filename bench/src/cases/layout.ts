import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

/** The gradient of windows over the middle axis of (outer, length, inner). */
function fold(outer: number, length: number, inner: number, windowSize: number, step: number): Case {
  const windows = Math.floor((length - windowSize) / step) + 1;
  const data = numbers(outer * windows * inner * windowSize);
  const size = outer * length * inner;
  return kernelCase({
    ...{ kernel: "fold", size: `${outer}×${length}×${inner}, ${windowSize} by ${step}` },
    work: { bytes: 4 * (data.length + size) },
    tensors: () => ({ x: tensor(data), out: output(outer, length, inner) }),
    encode: (tensors) =>
      launch(
        kernels.fold,
        tensors,
        { length, inner, windows, windowSize, step, dilation: 1, size },
        { invocations: size },
      ),
    expected() {
      const out = new Float64Array(size);
      data.forEach((v, j) => {
        const k = j % windowSize;
        const i = Math.floor(j / windowSize) % inner;
        const w = Math.floor(j / windowSize / inner) % windows;
        const o = Math.floor(j / windowSize / inner / windows);
        const at = (o * length + w * step + k) * inner + i;
        out[at] = (out[at] as number) + v;
      });
      return { out };
    },
  });
}

// Pooling by 3 with step 2 over the rows of 16 feature maps; a moving average over 32.
export const layouts: readonly Case[] = [fold(16, 128, 128, 3, 2), fold(4, 4096, 1, 32, 1)];
