import { ShapeError, type Tensor } from "@weft/tensor";
import { AxisDropout } from "./axisDropout.js";
import type { DropoutOptions } from "./dropout.js";

/**
 * Dropout of whole channels (Tompson et al. 2015; PyTorch's nn.Dropout1d): in training mode each channel of each sequence is
 * 0 with probability p, or multiplied by 1 / (1 − p). Shapes: x (N, C, L) or (C, L) → the same.
 *
 * @throws RangeError when p is not in [0, 1]
 * @throws ShapeError when x has another rank
 * @example
 * const [channel] = await new Dropout1d(0.5).forward(ones([4, 3])).toArray();
 * new Set(channel).size; // 1
 */
export class Dropout1d extends AxisDropout {
  static override readonly name: string = "Dropout1d";

  constructor(p = 0.5, options: DropoutOptions = {}) {
    super("Dropout1d", p, options, { generator: "generator" });
  }

  protected sharedAxes({ rank, shape }: Tensor): readonly number[] {
    if (rank === 2 || rank === 3) return [rank - 1];
    throw new ShapeError(`Dropout1d: x must be (N, C, L) or (C, L), got (${shape.join(", ")}).`);
  }
}

/**
 * Dropout of whole channels of images (Tompson et al. 2015; PyTorch's nn.Dropout2d): in training mode each channel of each
 * image is 0 with probability p, or multiplied by 1 / (1 − p). Shapes: x (N, C, H, W) → the same.
 *
 * @throws RangeError when p is not in [0, 1]
 * @throws ShapeError when x has another rank
 * @example
 * const [[channel]] = await new Dropout2d(0.5).forward(ones([1, 2, 2, 2])).toArray();
 * new Set(channel.flat()).size; // 1
 */
export class Dropout2d extends AxisDropout {
  static override readonly name: string = "Dropout2d";

  constructor(p = 0.5, options: DropoutOptions = {}) {
    super("Dropout2d", p, options, { generator: "generator" });
  }

  protected sharedAxes({ rank, shape }: Tensor): readonly number[] {
    if (rank === 4) return [2, 3];
    throw new ShapeError(
      `Dropout2d: x must be (N, C, H, W), got (${shape.join(", ")}); use Dropout1d for (N, C, L), or unsqueeze(x, 0) for one image.`,
    );
  }
}
