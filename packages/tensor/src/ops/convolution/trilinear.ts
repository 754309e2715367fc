// The three kernels of convolution and their derivatives. With T(x, w, g) = Σ g ⊙ conv(x, w), linear in each argument,
// conv(x, w) is the derivative of T by g; the others are those by x and by w. So the gradient rules of each are the two
// others, and any order of differentiation stays among the three.
import { kernels } from "@weft/kernels";
import { computeOf, elementOf } from "../../dtype.js";
import { copyElements, empty, launch } from "../../launch.js";
import { defineOp, FLOAT } from "../../op.js";
import { sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { cast } from "../elementwise/cast.js";
import { COLUMNS, dispatches, lanesFor } from "../linear/multiply.js";
import { sum } from "../reduce/sum.js";
import type { Windows } from "./windows.js";

/** All sizes of a convolution. */
export interface Convolution extends Windows {
  /** Images of the batch. */
  readonly images: number;
  /** Channels of x and of the result, of a group each. */
  readonly channels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Shapes of the three: x (N, C, H, W), w (O, C / groups, kH, kW), g (N, O, oH, oW). */
const xShape = ({ images, groups, channels, image }: Convolution) => [images, groups * channels, ...image];
const wShape = ({ groups, outChannels, channels, kernel }: Convolution) => [
  groups * outChannels,
  channels,
  ...kernel,
];
const gShape = ({ images, groups, outChannels, result }: Convolution) => [
  images,
  groups * outChannels,
  ...result,
];

/** conv(x, w) = ∂T/∂g. */
export const convolve: (x: Tensor, w: Tensor, sizes: Convolution) => Tensor = defineOp<
  [x: Tensor, w: Tensor],
  Convolution
>({
  name: "convolution",
  accepts: [FLOAT],
  shape: (_, sizes) => gShape(sizes),
  forward: ({ inputs: [x, w], output, attributes }) => encode(x, w, output, attributes, false),
  backward: ({ inputs: [x, w], attributes: sizes, grad }) => [
    () => byImage(grad, w, sizes),
    () => byWeight(x, grad, sizes),
  ],
});

/** ∂T/∂x: a convolution backward (transposed). */
const byImage: (g: Tensor, w: Tensor, sizes: Convolution) => Tensor = defineOp<
  [g: Tensor, w: Tensor],
  Convolution
>({
  name: "convolution gradient",
  accepts: [FLOAT],
  shape: (_, sizes) => xShape(sizes),
  forward: ({ inputs: [g, w], output, attributes }) => encode(g, w, output, attributes, true),
  backward: ({ inputs: [g, w], attributes: sizes, grad }) => [
    () => convolve(grad, w, sizes),
    () => byWeight(grad, g, sizes),
  ],
});

/** ∂T/∂w. */
const byWeight: (x: Tensor, g: Tensor, sizes: Convolution) => Tensor = defineOp<
  [x: Tensor, g: Tensor],
  Convolution
>({
  name: "convolution weight gradient",
  accepts: [FLOAT],
  shape: (_, sizes) => wShape(sizes),
  forward: ({ inputs: [x, g], output, attributes }) => encodeWeight(x, g, output, attributes),
  backward: ({ inputs: [x, g], attributes: sizes, grad }) => [
    () => byImage(g, grad, sizes),
    () => convolve(x, grad, sizes),
  ],
});

/** Channels that one invocation computes: not many more than a group has. */
const rowsFor = (channels: number): 1 | 4 | 8 => (channels === 1 ? 1 : channels <= 4 ? 4 : 8);

/** Numbers that both kernels take. */
const shared = ({ kernel, stride, dilation, padding, groups }: Convolution) => ({
  ...{ kernelHeight: kernel[0], kernelWidth: kernel[1], strideY: stride[0], strideX: stride[1] },
  ...{ dilationY: dilation[0], dilationX: dilation[1], paddingY: padding[0], paddingX: padding[1], groups },
});

function encode(x: Tensor, w: Tensor, out: Tensor, sizes: Convolution, backward: boolean): void {
  const { images, groups, channels, outChannels, image, result, kernel } = sizes;
  const [rows, inner] = backward ? [channels, outChannels] : [outChannels, channels];
  const [from, to] = backward ? [result, image] : [image, result];
  const window = sizeOf(kernel);
  const [ofOut, ofX] = [channels * window, window]; // steps of w along O and along C
  const ROWS = rowsFor(rows);
  const tiles = Math.ceil(rows / ROWS);
  const places = sizeOf(to);
  const WORKGROUP = lanesFor(places, places > 2 * COLUMNS * 16 ? 32 : 16);
  const params = {
    ...{ ...shared(sizes), rows, inner, tiles },
    ...{ height: from[0], width: from[1], outHeight: to[0], outWidth: to[1] },
    ...{ wGroup: outChannels * ofOut, wRow: backward ? ofX : ofOut, wInner: backward ? ofOut : ofX },
  };
  const knobs = { ...typesOf(out), WORKGROUP, ROWS, BACKWARD: backward ? 1 : 0 };
  const ofTile = ROWS * places * inner * window;
  for (const { first, extent, work } of dispatches(tiles * groups, images, ofTile)) {
    const workgroups = [Math.ceil(places / (COLUMNS * WORKGROUP)), ...extent] as const;
    launch(kernels.convolution, { x, w, out }, { ...params, ...first }, { workgroups, knobs, work });
  }
}

/** Workgroups that keep a device busy, and products that are worth a part of their own. */
const ENOUGH_WORKGROUPS = 256;
const ENOUGH_PRODUCTS = 256;

function encodeWeight(x: Tensor, g: Tensor, out: Tensor, sizes: Convolution): void {
  const { images, groups, channels, outChannels, image, result, kernel } = sizes;
  const ROWS = rowsFor(outChannels);
  const tiles = Math.ceil(outChannels / ROWS);
  const columns = channels * sizeOf(kernel);
  const WORKGROUP = lanesFor(columns, columns > 2 * COLUMNS * 16 ? 32 : 16);
  const across = Math.ceil(columns / (COLUMNS * WORKGROUP));
  const lines = images * result[0];
  const wanted = Math.ceil(ENOUGH_WORKGROUPS / Math.max(across * tiles * groups, 1));
  const chunk = Math.max(Math.ceil(lines / wanted), Math.ceil(ENOUGH_PRODUCTS / Math.max(result[1], 1)));
  const parts = Math.max(Math.ceil(lines / chunk), 1);
  const isWhole = parts === 1 && out.dtype === "f32";
  const sums = isWhole
    ? out
    : empty({ shape: [parts, ...out.shape], dtype: "f32", device: out.device }, "convolution");
  const params = {
    ...{ ...shared(sizes), rows: outChannels, inner: channels, tiles, lines, chunk },
    ...{ height: image[0], width: image[1], outHeight: result[0], outWidth: result[1] },
  };
  const knobs = { Element: elementOf(out.dtype), WORKGROUP, ROWS };
  const ofTile = ROWS * columns * Math.min(chunk, lines) * result[1];
  for (const { first, extent, work } of dispatches(tiles * groups, parts, ofTile)) {
    const workgroups = [across, ...extent] as const;
    launch(
      kernels.convolutionWeight,
      { x, g, out: sums },
      { ...params, ...first },
      { workgroups, knobs, work },
    );
  }
  if (isWhole) return;
  const total = sum(sums, { axis: 0 });
  const stored = cast(total, out.dtype);
  copyElements(stored, out);
  for (const x of new Set([sums, total, stored])) x.dispose();
}

const typesOf = ({ dtype }: Tensor) => ({ Element: elementOf(dtype), Compute: computeOf(dtype) });
