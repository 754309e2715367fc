import { type MaxPoolOptions, maxPool1d, maxPool2d, type Tensor } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkLayer } from "../checkLayer.js";
import { checkWindow, type OneOrTwo } from "../convolution/windowSizes.js";

function check<Size extends OneOrTwo>(
  layer: string,
  axes: 1 | 2,
  kernelSize: Size,
  options: MaxPoolOptions<Size>,
) {
  checkLayer<MaxPoolOptions>(layer, {}, options, {
    ...{ stride: "other", padding: "other", dilation: "other", ceilMode: "switch" },
  });
  const { stride = kernelSize, padding = 0, dilation = 1 } = options;
  checkWindow(layer, axes, {
    ...{ kernelSize: [kernelSize, 1], stride: [stride, 1], padding: [padding, 0], dilation: [dilation, 1] },
  });
}

/**
 * The largest element of each window along the last axis (PyTorch's nn.MaxPool1d); the stride is the window's size unless
 * given. Shapes: x (N, C, L) or (C, L) → (N, C, oL) or (C, oL); see `maxPool1d`.
 *
 * @throws RangeError when a size is no whole number
 * @throws ShapeError when x does not fit, or padding is more than half a window
 * @example
 * await new MaxPool1d(2).forward(tensor([[1, 3, 2, 5]])).toArray(); // [[3, 5]]
 */
export class MaxPool1d extends Module {
  static override readonly name: string = "MaxPool1d";
  readonly kernelSize: number;
  readonly options: MaxPoolOptions<number>;

  constructor(kernelSize: number, options: MaxPoolOptions<number> = {}) {
    super();
    check("MaxPool1d", 1, kernelSize, options);
    this.kernelSize = kernelSize;
    this.options = options;
  }

  forward(x: Tensor): Tensor {
    return maxPool1d(x, this.kernelSize, this.options);
  }
}

/**
 * The largest element of each window (PyTorch's nn.MaxPool2d); numbers may be pairs, for rows and columns, and the stride is
 * the window's size unless given. Shapes: x (N, C, H, W) or (C, H, W) → (N, C, oH, oW) or (C, oH, oW); see `maxPool2d`.
 *
 * @throws RangeError when a size is no whole number
 * @throws ShapeError when x does not fit, or padding is more than half a window
 * @example
 * await new MaxPool2d(2).forward(tensor([[[1, 2], [4, 3]]])).toArray(); // [[[4]]]
 */
export class MaxPool2d extends Module {
  static override readonly name: string = "MaxPool2d";
  readonly kernelSize: OneOrTwo;
  readonly options: MaxPoolOptions;

  constructor(kernelSize: OneOrTwo, options: MaxPoolOptions = {}) {
    super();
    check("MaxPool2d", 2, kernelSize, options);
    this.kernelSize = kernelSize;
    this.options = options;
  }

  forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this.options);
  }
}
