import { ShapeError, type Tensor } from "@weft/tensor";
import { AxisDropout } from "./axisDropout.js";
import type { DropoutOptions } from "./dropout.js";

export interface VariationalDropoutOptions extends DropoutOptions {
  /** Whether x is (B, T, …) instead of (T, B, …). */
  readonly batchFirst?: boolean;
}

/**
 * Dropout with one mask for all time steps of a sequence (Gal and Ghahramani 2016; the LockedDropout of Merity et al. 2017):
 * in training mode each feature of a sequence is 0 at every step with probability p, or 1 / (1 − p) times its value at every
 * step. A new mask is drawn at every call. In evaluation mode it does nothing.
 *
 * Shapes: x (T, B, …), or (B, T, …) with `batchFirst` → the same; the mask is (1, B, …) or (B, 1, …).
 *
 * @throws RangeError when p is not in [0, 1]
 * @throws ShapeError when x has fewer than two axes
 * @example
 * const [first, second] = await new VariationalDropout(0.5).forward(ones([2, 1, 8])).toArray();
 * first.join() === second.join(); // true
 */
export class VariationalDropout extends AxisDropout<VariationalDropoutOptions> {
  static override readonly name: string = "VariationalDropout";
  readonly batchFirst: boolean;

  constructor(p = 0.5, options: VariationalDropoutOptions = {}) {
    super("VariationalDropout", p, options, { batchFirst: "switch", generator: "generator" });
    this.batchFirst = options.batchFirst ?? false;
  }

  protected sharedAxes(x: Tensor): readonly number[] {
    if (x.rank < 2) {
      const axes = this.batchFirst ? "B, T" : "T, B";
      throw new ShapeError(`VariationalDropout: x must be (${axes}, …), got (${x.shape.join(", ")}).`);
    }
    return [this.batchFirst ? 1 : 0];
  }
}
