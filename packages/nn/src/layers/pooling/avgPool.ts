import { type AvgPoolOptions, avgPool1d, avgPool2d, type Tensor } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkLayer } from "../checkLayer.js";
import { checkWindow, type OneOrTwo } from "../convolution/windowSizes.js";

function check<Size extends OneOrTwo>(
  layer: string,
  axes: 1 | 2,
  kernelSize: Size,
  options: AvgPoolOptions<Size>,
) {
  checkLayer<AvgPoolOptions>(layer, {}, options, {
    ...{ stride: "other", padding: "other", ceilMode: "switch", countIncludePad: "switch" },
  });
  const { stride = kernelSize, padding = 0 } = options;
  checkWindow(layer, axes, { kernelSize: [kernelSize, 1], stride: [stride, 1], padding: [padding, 0] });
}

/**
 * The mean of each window along the last axis (PyTorch's nn.AvgPool1d); the stride is the window's size unless given.
 * Shapes: x (N, C, L) or (C, L) → (N, C, oL) or (C, oL); see `avgPool1d`.
 *
 * @throws RangeError when a size is no whole number
 * @throws ShapeError when x does not fit, or padding is more than half a window
 * @example
 * await new AvgPool1d(2).forward(tensor([[1, 3, 2, 6]])).toArray(); // [[2, 4]]
 */
export class AvgPool1d extends Module {
  static override readonly name: string = "AvgPool1d";
  readonly kernelSize: number;
  readonly options: AvgPoolOptions<number>;

  constructor(kernelSize: number, options: AvgPoolOptions<number> = {}) {
    super();
    check("AvgPool1d", 1, kernelSize, options);
    this.kernelSize = kernelSize;
    this.options = options;
  }

  forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options);
  }
}

/**
 * The mean of each window (PyTorch's nn.AvgPool2d); numbers may be pairs, for rows and columns, and the stride is the window's
 * size unless given. Shapes: x (N, C, H, W) or (C, H, W) → (N, C, oH, oW) or (C, oH, oW); see `avgPool2d`.
 *
 * @throws RangeError when a size is no whole number
 * @throws ShapeError when x does not fit, or padding is more than half a window
 * @example
 * await new AvgPool2d(2).forward(tensor([[[1, 2], [4, 5]]])).toArray(); // [[[3]]]
 */
export class AvgPool2d extends Module {
  static override readonly name: string = "AvgPool2d";
  readonly kernelSize: OneOrTwo;
  readonly options: AvgPoolOptions;

  constructor(kernelSize: OneOrTwo, options: AvgPoolOptions = {}) {
    super();
    check("AvgPool2d", 2, kernelSize, options);
    this.kernelSize = kernelSize;
    this.options = options;
  }

  forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options);
  }
}
