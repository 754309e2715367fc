import { linear, ShapeError, type Tensor, tensor, transpose } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkInput } from "../checkLayer.js";
import { checkWindow, type OneOrTwo, perAxis } from "../convolution/windowSizes.js";

/**
 * The mean of as many windows as shall come out, along the last axis (PyTorch's nn.AdaptiveAvgPool1d): window i of O goes
 * from ⌊i · L / O⌋ to before ⌈(i + 1) · L / O⌉. Shapes: x (N, C, L) or (C, L) → (N, C, outputSize) or (C, outputSize)
 *
 * @throws RangeError when the size is no whole number ≥ 1
 * @throws ShapeError when x has another rank
 * @example
 * await new AdaptiveAvgPool1d(2).forward(tensor([[1, 2, 6]])).toArray(); // [[1.5, 4]]
 */
export class AdaptiveAvgPool1d extends Module {
  static override readonly name: string = "AdaptiveAvgPool1d";
  readonly outputSize: number;

  constructor(outputSize: number) {
    super();
    checkWindow("AdaptiveAvgPool1d", 1, { outputSize: [outputSize, 1] });
    this.outputSize = outputSize;
  }

  forward(x: Tensor): Tensor {
    checkInput("AdaptiveAvgPool1d", x);
    if (x.rank !== 2 && x.rank !== 3) {
      throw new ShapeError(`AdaptiveAvgPool1d: x must be (N, C, L) or (C, L), got (${x.shape.join(", ")}).`);
    }
    return meansOfLastAxis(x, this.outputSize);
  }
}

/**
 * The mean of as many windows as shall come out, along the last two axes (PyTorch's nn.AdaptiveAvgPool2d), one axis after
 * the other. Shapes: x (N, C, H, W) or (C, H, W) → (N, C, oH, oW) or (C, oH, oW), where (oH, oW) is the outputSize
 *
 * @throws RangeError when a size is no whole number ≥ 1
 * @throws ShapeError when x has another rank
 * @example
 * await new AdaptiveAvgPool2d(1).forward(tensor([[[1, 2], [4, 5]]])).toArray(); // [[[3]]]
 */
export class AdaptiveAvgPool2d extends Module {
  static override readonly name: string = "AdaptiveAvgPool2d";
  readonly outputSize: OneOrTwo;

  constructor(outputSize: OneOrTwo) {
    super();
    checkWindow("AdaptiveAvgPool2d", 2, { outputSize: [outputSize, 1] });
    this.outputSize = outputSize;
  }

  forward(x: Tensor): Tensor {
    checkInput("AdaptiveAvgPool2d", x);
    if (x.rank !== 3 && x.rank !== 4) {
      throw new ShapeError(
        `AdaptiveAvgPool2d: x must be (N, C, H, W) or (C, H, W), got (${x.shape.join(", ")}).`,
      );
    }
    const [rows, columns] = perAxis(this.outputSize, 2) as readonly [number, number];
    const narrow = meansOfLastAxis(x, columns); // (…, H, oW)
    return transpose(meansOfLastAxis(transpose(narrow, -1, -2), rows), -1, -2);
  }
}

/** (…, n) → (…, size): a product with a matrix that holds 1 / count where a window reads. */
function meansOfLastAxis(x: Tensor, size: number): Tensor {
  const length = x.shape.at(-1) as number;
  const matrix = new Float32Array(size * length);
  for (let i = 0; i < size; i++) {
    const [start, end] = [Math.floor((i * length) / size), Math.ceil(((i + 1) * length) / size)];
    matrix.fill(1 / (end - start), i * length + start, i * length + end);
  }
  const { dtype, device } = x;
  return linear(x, tensor(matrix, { shape: [size, length], dtype, device }));
}
