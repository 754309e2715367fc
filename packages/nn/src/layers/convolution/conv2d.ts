import { conv2d, type Tensor } from "@weft/tensor";
import { Convolution, type ConvolutionLayerOptions } from "./convolution.js";
import type { OneOrTwo } from "./windowSizes.js";

/**
 * Two-dimensional convolution (PyTorch's nn.Conv2d); numbers may be pairs, for rows and columns:
 * `out[n, o, y, x] = bias[o] + Σ_c Σ_i Σ_j weight[o, c, i, j] · x[n, c, y · stride + i · dilation − padding, x · … + j · …]`.
 *
 * Shapes: x (N, C, H, W) or (C, H, W) → (N, O, oH, oW) or (O, oH, oW),
 * oH = ⌊(H + 2 · padding − dilation · (kH − 1) − 1) / stride⌋ + 1; weight (O, C / groups, kH, kW), bias (O). Both start uniform
 * in ±1/√(C / groups · kH · kW).
 *
 * @throws RangeError when a size or an option is out of range
 * @throws ShapeError when x does not fit
 * @example
 * new Conv2d(3, 8, [5, 3], { stride: 2, padding: [2, 1] }).forward(zeros([2, 3, 9, 8])).shape; // [2, 8, 5, 4]
 */
export class Conv2d extends Convolution<OneOrTwo> {
  static override readonly name: string = "Conv2d";

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: OneOrTwo,
    options: ConvolutionLayerOptions<OneOrTwo> = {},
  ) {
    super("Conv2d", { inChannels, outChannels }, kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    const [input, options] = this.prepare(x);
    return conv2d(input, this.weight, this.bias, options);
  }
}
