import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { at, show } from "../../shape.js";
import { Tensor } from "../../tensor.js";
import { add } from "../elementwise/arithmetic.js";
import { reshape, squeeze, unsqueeze } from "../layout/layout.js";
import { alike } from "../linear/matmul.js";
import { convolve } from "./trilinear.js";
import { type OneOrTwo, type Pair, pair, windowsOf } from "./windows.js";

/** How windows lie; `Size` is a number, or in two dimensions also a pair for rows and columns. */
export interface ConvolutionOptions<Size = OneOrTwo> {
  /** Steps from one window to the next; 1 unless given. */
  readonly stride?: Size;
  /**
   * Zeros at both ends; 0, which "valid" says too, unless given. "same" makes the result as long as x (with stride 1); of
   * an odd number of zeros one more stands at the end.
   */
  readonly padding?: Size | "same" | "valid";
  /** Steps from one element of a window to the next; 1 unless given. */
  readonly dilation?: Size;
  /** Groups of channels that see each other; 1 unless given. */
  readonly groups?: number;
}

const OPTIONS = ["stride", "padding", "dilation", "groups"];

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in deep learning; the kernel is not turned round).
 *
 * `out[n, o, y, x] = bias[o] + Σ_c Σ_i Σ_j weight[o, c, i, j] · x[n, c, y · stride + i · dilation − padding, x · … + j · …]`,
 * c over the channels of o's group; what lies outside x is 0.
 *
 * Shapes: x (N, C, H, W) or (C, H, W), weight (O, C / groups, kH, kW), bias (O) → (N, O, oH, oW) or (O, oH, oW),
 * oH = ⌊(H + 2 · padding − dilation · (kH − 1) − 1) / stride⌋ + 1; dtypes and rules are those of `torch.nn.functional.conv2d`.
 *
 * @throws ShapeError when ranks, channels, groups or bias do not fit, or the kernel is larger than the padded x
 * @throws DTypeError for integers
 * @example
 * const x = reshape(arange(9), [1, 3, 3]);
 * await conv2d(x, ones([1, 1, 2, 2])).toArray(); // [[[8, 12], [20, 24]]]
 * conv2d(x, ones([4, 1, 3, 3]), undefined, { padding: "same" }).shape; // [4, 3, 3]
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvolutionOptions = {}): Tensor {
  checkOptions("conv2d", options, OPTIONS);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  return convolution("conv2d", [x, weight, bias], {
    ...{ stride: pair(stride), dilation: pair(dilation), groups },
    padding: typeof padding === "string" ? padding : pair(padding),
  });
}

/**
 * One-dimensional convolution: `conv2d` with height 1.
 *
 * `out[n, o, t] = bias[o] + Σ_c Σ_k weight[o, c, k] · x[n, c, t · stride + k · dilation − padding]`
 *
 * Shapes: x (N, C, L) or (C, L), weight (O, C / groups, k), bias (O) → (N, O, oL) or (O, oL),
 * oL = ⌊(L + 2 · padding − dilation · (k − 1) − 1) / stride⌋ + 1
 *
 * @throws ShapeError when ranks, channels, groups or bias do not fit, or the kernel is larger than the padded x
 * @throws DTypeError for integers
 * @example
 * await conv1d(tensor([[1, 2, 3, 4]]), tensor([[[1, -1]]])).toArray(); // [[-1, -1, -1]]
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvolutionOptions<number> = {},
): Tensor {
  checkOptions("conv1d", options, OPTIONS);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  return convolution("conv1d", [x, weight, bias], {
    ...{ stride: [1, stride], dilation: [1, dilation], groups },
    padding: typeof padding === "string" ? padding : [0, padding],
  });
}

interface Settings {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Pair | "same" | "valid";
  readonly groups: number;
}

function convolution(
  op: "conv1d" | "conv2d",
  [x, weight, bias]: readonly [x: Tensor, weight: Tensor, bias: Tensor | undefined],
  { groups, ...options }: Settings,
): Tensor {
  checkTensor(op, x);
  checkTensor(op, weight, "weight");
  const axes = op === "conv1d" ? 1 : 2;
  check(op, axes, x, weight, groups);
  const [outChannels, channels] = [at(weight.shape, 0), at(weight.shape, 1)];
  if (bias !== undefined && !(bias instanceof Tensor)) {
    throw new TypeError(
      `${op}: bias is ${JSON.stringify(bias)}, not a tensor; pass undefined where there is none.`,
    );
  }
  if (bias !== undefined && (bias.rank !== 1 || bias.size !== outChannels)) {
    throw new ShapeError(
      `${op}: bias is ${show(bias.shape)} and weight ${show(weight.shape)} makes ${outChannels} channels; bias must be (${outChannels}).`,
    );
  }
  const [input, kernel, addend] = bias === undefined ? alike(op, [x, weight]) : alike(op, [x, weight, bias]);
  // As (N, C, H, W), where one dimension is a row.
  const batch = x.rank === axes + 1 ? unsqueeze(input, 0) : input;
  const images = axes === 1 ? unsqueeze(batch, 2) : batch;
  const windows = axes === 1 ? unsqueeze(kernel, 2) : kernel;
  const sizes = {
    ...windowsOf(op, { ...options, image: lastTwo(images), kernel: lastTwo(windows) }),
    ...{ images: at(images.shape, 0), groups, channels, outChannels: outChannels / groups },
  };
  const product = convolve(images, windows, sizes);
  const out = addend === undefined ? product : add(product, reshape(addend, [outChannels, 1, 1]));
  const flat = axes === 1 ? squeeze(out, 2) : out;
  return x.rank === axes + 1 ? squeeze(flat, 0) : flat;
}

const lastTwo = ({ shape }: Tensor): Pair => [at(shape, shape.length - 2), at(shape, shape.length - 1)];

function check(op: string, axes: 1 | 2, x: Tensor, weight: Tensor, groups: number): void {
  const [image, kernel] = axes === 1 ? ["L", "k"] : ["H, W", "kH, kW"];
  if (x.rank !== axes + 1 && x.rank !== axes + 2) {
    throw new ShapeError(
      `${op}: x must be (N, C, ${image}) or (C, ${image}), got ${show(x.shape)}; use reshape().`,
    );
  }
  if (weight.rank !== axes + 2) {
    throw new ShapeError(
      `${op}: weight must be (O, C / groups, ${kernel}), got ${show(weight.shape)}; use reshape().`,
    );
  }
  const channels = at(x.shape, x.rank - axes - 1);
  if (!Number.isInteger(groups) || groups < 1 || at(weight.shape, 0) % groups !== 0) {
    throw new ShapeError(
      `${op}: groups is ${groups} and weight ${show(weight.shape)} makes ${weight.shape[0]} channels; use a number that divides them.`,
    );
  }
  if (channels !== groups * at(weight.shape, 1)) {
    throw new ShapeError(
      `${op}: weight ${show(weight.shape)} with groups ${groups} expects ${groups * at(weight.shape, 1)} channels, ` +
        `x ${show(x.shape)} has ${channels}; weight must be (O, C / groups, ${kernel}).`,
    );
  }
}
