import { conv1d, type Tensor } from "@weft/tensor";
import { Convolution, type ConvolutionLayerOptions } from "./convolution.js";

/**
 * One-dimensional convolution (PyTorch's nn.Conv1d):
 * `out[n, o, t] = bias[o] + Σ_c Σ_k weight[o, c, k] · x[n, c, t · stride + k · dilation − padding]`.
 *
 * Shapes: x (N, C, L) or (C, L) → (N, O, oL) or (O, oL), oL = ⌊(L + 2 · padding − dilation · (k − 1) − 1) / stride⌋ + 1;
 * weight (O, C / groups, k), bias (O). Both start uniform in ±1/√(C / groups · k).
 *
 * @throws RangeError when a size or an option is out of range
 * @throws ShapeError when x does not fit
 * @example
 * new Conv1d(3, 8, 5, { padding: "same" }).forward(zeros([2, 3, 20])).shape; // [2, 8, 20]
 */
export class Conv1d extends Convolution<number> {
  static override readonly name: string = "Conv1d";

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: ConvolutionLayerOptions<number> = {},
  ) {
    super("Conv1d", { inChannels, outChannels }, kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    const [input, options] = this.prepare(x);
    return conv1d(input, this.weight, this.bias, options);
  }
}
