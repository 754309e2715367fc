import { type Array64, build, get } from "../array.js";

type Pair = readonly [y: number, x: number];

interface Sizes {
  readonly kernel: Pair;
  readonly result: Pair;
  readonly stride?: Pair;
  readonly dilation?: Pair;
  /** Above and left. */
  readonly padding?: Pair;
}

/** The places (y, x) that window p reads, in the kernel's order; undefined for those outside the image. */
function* places(p: Pair, image: Pair, sizes: Sizes) {
  const { kernel, stride = [1, 1], dilation = [1, 1], padding = [0, 0] } = sizes;
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const y = p[0] * stride[0] + i * dilation[0] - padding[0];
      const x = p[1] * stride[1] + j * dilation[1] - padding[1];
      const isInside = y >= 0 && y < image[0] && x >= 0 && x < image[1];
      yield { k: [i, j] as const, place: isInside ? ([y, x] as const) : undefined, y, x };
    }
  }
}

const lastTwo = ({ shape }: Array64): Pair => shape.slice(-2) as unknown as Pair;

/** x (N, C, H, W), weight (O, C / groups, kH, kW), bias (O) → (N, O, …result) */
export const convolution =
  (result: Pair, options: Omit<Sizes, "kernel" | "result"> & { readonly groups?: number } = {}) =>
  (x: Array64, weight: Array64, bias?: Array64): Array64 => {
    const { groups = 1 } = options;
    const [images, channels, height, width] = x.shape as [number, number, number, number];
    const outChannels = weight.shape[0] as number;
    const sizes = { ...options, kernel: lastTwo(weight), result };
    return build([images, outChannels, ...result], ([n, o, y, column]) => {
      const group = Math.floor((o as number) / (outChannels / groups));
      let total = bias === undefined ? 0 : get(bias, [o as number]);
      for (let c = 0; c < channels / groups; c++) {
        for (const { k, place } of places([y as number, column as number], [height, width], sizes)) {
          if (place === undefined) continue;
          const channel = group * (channels / groups) + c;
          total += get(weight, [o as number, c, ...k]) * get(x, [n as number, channel, ...place]);
        }
      }
      return total;
    });
  };

/** x (N, C, H, W) → (N, C, …result); a NaN is larger than every number. */
export const maxPool =
  (sizes: Sizes) =>
  (x: Array64): Array64 =>
    build([...x.shape.slice(0, 2), ...sizes.result], ([n, c, y, column]) => {
      let largest = Number.NEGATIVE_INFINITY;
      for (const { place } of places([y as number, column as number], lastTwo(x), sizes)) {
        const v =
          place === undefined ? Number.NEGATIVE_INFINITY : get(x, [n as number, c as number, ...place]);
        if (v > largest || Number.isNaN(v)) largest = v;
      }
      return largest;
    });

/** x (N, C, H, W) → (N, C, …result); a place outside the image counts if `counts` says so of its distance to the edge. */
export const avgPool =
  (sizes: Sizes, counts: (outside: number) => boolean) =>
  (x: Array64): Array64 =>
    build([...x.shape.slice(0, 2), ...sizes.result], ([n, c, y, column]) => {
      const image = lastTwo(x);
      let [total, count] = [0, 0];
      for (const one of places([y as number, column as number], image, sizes)) {
        const far = Math.max(-one.y, one.y - image[0] + 1, -one.x, one.x - image[1] + 1, 0);
        if (counts(far)) count++;
        if (one.place !== undefined) total += get(x, [n as number, c as number, ...one.place]);
      }
      return total / count;
    });
