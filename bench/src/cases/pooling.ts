import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers, wholeNumbers } from "../data.js";

/** N planes of L × L places, pooled by windows of 3 × 3 two places apart, one place of padding around. */
const [N, L, K, STRIDE, PADDING] = [256, 32, 3, 2, 1];
const OUT = L / STRIDE;
const size = `${N}×${L}×${L}`;

const windows = {
  ...{ height: L, width: L, outHeight: OUT, outWidth: OUT },
  ...{ strideY: STRIDE, strideX: STRIDE, paddingY: PADDING, paddingX: PADDING },
};
const inWindow = { kernelHeight: K, kernelWidth: K, dilationY: 1, dilationX: 1 };

/** The places that window p of a plane reads. */
function placesOf(p: number): number[] {
  const top = Math.floor(p / OUT) * STRIDE - PADDING;
  const left = (p % OUT) * STRIDE - PADDING;
  const isInside = (v: number) => v >= 0 && v < L;
  return Array.from({ length: K * K }, (_, k) => [top + Math.floor(k / K), left + (k % K)] as const)
    .filter(([y, x]) => isInside(y) && isInside(x))
    .map(([y, x]) => y * L + x);
}

const xData = numbers(N * L * L, { seed: 1 });
const gData = numbers(N * OUT * OUT, { seed: 2 });
/** One place for each window, any. */
const chosen = wholeNumbers(N * OUT * OUT, K * K, 3).map((k, i) => {
  const places = placesOf(i % (OUT * OUT));
  return places[k % places.length] as number;
});

const largest = (i: number): number => {
  const plane = Math.floor(i / (OUT * OUT)) * L * L;
  const value = (place: number) => xData[plane + place] as number;
  return placesOf(i % (OUT * OUT)).reduce((best, place) => (value(place) > value(best) ? place : best));
};

const count = N * OUT * OUT;
const bytes = 4 * (N * L * L + count);

export const poolings: readonly Case[] = [
  kernelCase({
    ...{ kernel: "maxPool", size, work: { bytes } },
    tensors: () => ({ x: tensor(xData), out: tensor(new Int32Array(count).fill(-1)) }),
    encode: ({ x, out }) =>
      launch(kernels.maxPool, { x, out }, { ...windows, ...inWindow, size: count }, { invocations: count }),
    expected: () => ({ out: Array.from({ length: count }, (_, i) => largest(i)) }),
  }),
  kernelCase({
    ...{ kernel: "poolTake", size, work: { bytes: 4 * 3 * count } },
    tensors: () => ({ x: tensor(xData), index: tensor(chosen), out: output(count) }),
    encode: ({ x, index, out }) =>
      launch(
        kernels.poolTake,
        { x, index, out },
        { size: count, area: L * L, windows: OUT * OUT },
        { invocations: count },
      ),
    expected: () => ({
      out: Array.from(chosen, (place, i) => xData[Math.floor(i / (OUT * OUT)) * L * L + place] as number),
    }),
  }),
  kernelCase({
    ...{ kernel: "poolPut", size, work: { bytes: bytes + 4 * count } },
    tensors: () => ({ g: tensor(gData), index: tensor(chosen), out: output(N, L, L) }),
    encode: ({ g, index, out }) =>
      launch(
        kernels.poolPut,
        { g, index, out },
        { ...windows, spanY: K, spanX: K, size: N * L * L },
        { invocations: N * L * L },
      ),
    expected() {
      const out = new Float64Array(N * L * L);
      chosen.forEach((place, i) => {
        const at = Math.floor(i / (OUT * OUT)) * L * L + place;
        out[at] = (out[at] as number) + (gData[i] as number);
      });
      return { out };
    },
  }),
];
