import { kernels } from "@weft/kernels";
import { launch, tensor } from "@weft/tensor";
import { type Case, kernelCase, output } from "../case.js";
import { numbers } from "../data.js";

/** A batch of images through a 3 × 3 kernel with one place of padding; images stay as large as they are. */
interface Size {
  /** Images. */
  readonly N: number;
  /** Channels of x and of the result. */
  readonly C: number;
  readonly O: number;
  /** Height and width. */
  readonly L: number;
}

const K = 3;
const PADDING = 1;

const LAYER: Size = { N: 64, C: 3, O: 16, L: 32 };
const DEEP: Size = { N: 16, C: 64, O: 64, L: 8 };

/** What each of the three kernels' results is a sum of: calls `visit` with an index into x, w and g for every product. */
function products({ N, C, O, L }: Size, visit: (x: number, w: number, g: number) => void): void {
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      for (let c = 0; c < C; c++) {
        for (let k = 0; k < K * K; k++) {
          const [dy, dx] = [Math.floor(k / K) - PADDING, (k % K) - PADDING];
          for (let y = Math.max(0, -dy); y < Math.min(L, L - dy); y++) {
            for (let x = Math.max(0, -dx); x < Math.min(L, L - dx); x++) {
              const inX = ((n * C + c) * L + y + dy) * L + x + dx;
              visit(inX, (o * C + c) * K * K + k, ((n * O + o) * L + y) * L + x);
            }
          }
        }
      }
    }
  }
}

const shared = ({ L }: Size) => ({
  ...{ height: L, width: L, outHeight: L, outWidth: L, kernelHeight: K, kernelWidth: K },
  ...{ strideY: 1, strideX: 1, dilationY: 1, dilationX: 1, paddingY: PADDING, paddingX: PADDING },
  ...{ groups: 1, firstTile: 0, firstBatch: 0 },
});

const work = ({ N, C, O, L }: Size) => ({ flops: 2 * N * C * O * L * L * K * K });
const shown = ({ N, C, O, L }: Size) => `${N}×${C}×${L}×${L}→${O}`;

/** The convolution, or the gradient of its images. Knobs as ops/convolution/trilinear.ts chooses them. */
function images(size: Size, variant: "forward" | "backward"): Case {
  const { N, C, O, L } = size;
  const isBackward = variant === "backward";
  const [rows, inner] = isBackward ? [C, O] : [O, C];
  const [xData, wData] = [numbers(N * inner * L * L, { seed: 1 }), numbers(O * C * K * K, { seed: 2 })];
  const ROWS = rows <= 4 ? 4 : 8;
  const tiles = Math.ceil(rows / ROWS);
  const WORKGROUP = L * L > 128 ? 32 : 16;
  return kernelCase({
    ...{ kernel: "convolution", variant, size: shown(size), work: work(size), tolerance: 1e-4 },
    tensors: () => ({ x: tensor(xData), w: tensor(wData), out: output(N, rows, L, L) }),
    encode: ({ x, w, out }) => {
      const steps = {
        wGroup: 0,
        wRow: isBackward ? K * K : C * K * K,
        wInner: isBackward ? C * K * K : K * K,
      };
      launch(
        kernels.convolution,
        { x, w, out },
        { ...shared(size), ...steps, rows, inner, tiles },
        {
          workgroups: [Math.ceil((L * L) / (4 * WORKGROUP)), tiles, N],
          knobs: { WORKGROUP, ROWS, BACKWARD: isBackward ? 1 : 0 },
        },
      );
    },
    expected() {
      const out = new Float64Array(N * rows * L * L);
      products(size, (x, w, g) => {
        const [source, target] = isBackward ? [g, x] : [x, g];
        out[target] = (out[target] as number) + (xData[source] as number) * (wData[w] as number);
      });
      return { out };
    },
  });
}

/** The gradient of the weight, in parts. */
function weight(size: Size): Case {
  const { N, C, O, L } = size;
  const [xData, gData] = [numbers(N * C * L * L, { seed: 1 }), numbers(N * O * L * L, { seed: 2 })];
  const ROWS = 8;
  const tiles = Math.ceil(O / ROWS);
  const columns = C * K * K;
  const WORKGROUP = columns > 128 ? 32 : 16;
  const across = Math.ceil(columns / (4 * WORKGROUP));
  const lines = N * L;
  const chunk = Math.max(Math.ceil((lines * across * tiles) / 256), Math.ceil(256 / L));
  const parts = Math.ceil(lines / chunk);
  return kernelCase({
    ...{ kernel: "convolutionWeight", size: shown(size), work: work(size), tolerance: 1e-4 },
    tensors: () => ({ x: tensor(xData), g: tensor(gData), out: output(parts, O, columns) }),
    encode: ({ x, g, out }) =>
      launch(
        kernels.convolutionWeight,
        { x, g, out },
        { ...shared(size), rows: O, inner: C, tiles, lines, chunk },
        { workgroups: [across, tiles, parts], knobs: { WORKGROUP, ROWS } },
      ),
    expected() {
      const out = new Float64Array(parts * O * columns);
      products(size, (x, w, g) => {
        const line = Math.floor(g / (O * L * L)) * L + (Math.floor(g / L) % L);
        const at = Math.floor(line / chunk) * O * columns + w;
        out[at] = (out[at] as number) + (xData[x] as number) * (gData[g] as number);
      });
      return { out };
    },
  });
}

export const convolutions: readonly Case[] = [
  ...[LAYER, DEEP].flatMap((size) => [images(size, "forward"), images(size, "backward"), weight(size)]),
];
