// Losses of the distance between a prediction and a target, as modules.
import {
  type HuberOptions,
  huber,
  l1,
  mse,
  type ReductionOptions,
  type SmoothL1Options,
  smoothL1,
  type Tensor,
} from "@weft/tensor";
import { checkNumber } from "../optionChecks.js";
import { Loss } from "./loss.js";

/**
 * Squared error `(x − t)²`; the function is `mse`. Shapes: input and target any one shape → one number, or that shape with
 * `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws RangeError when the reduction is unknown
 * @example
 * await new MSELoss().forward(tensor([1, 2]), tensor([1, 4])).item(); // 2
 */
export class MSELoss extends Loss {
  static override readonly name: string = "MSELoss";

  constructor(options: ReductionOptions = {}) {
    super("MSELoss", options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mse(input, target, { reduction: this.reduction });
  }
}

/**
 * Absolute error `|x − t|`; the function is `l1`. Shapes: input and target any one shape → one number, or that shape with
 * `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws RangeError when the reduction is unknown
 * @example
 * await new L1Loss({ reduction: "sum" }).forward(tensor([1, 2]), tensor([1, 4])).item(); // 2
 */
export class L1Loss extends Loss {
  static override readonly name: string = "L1Loss";

  constructor(options: ReductionOptions = {}) {
    super("L1Loss", options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return l1(input, target, { reduction: this.reduction });
  }
}

/**
 * Absolute error with a rounded tip (Girshick 2015): `d² / 2β` for `d = |x − t| < β`, else `d − β/2`; the function is
 * `smoothL1`. Shapes: input and target any one shape → one number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws RangeError when beta is not a number ≥ 0, or the reduction is unknown
 * @example
 * await new SmoothL1Loss().forward(tensor([1, 2]), tensor([1, 4])).item(); // 0.75
 */
export class SmoothL1Loss extends Loss {
  static override readonly name: string = "SmoothL1Loss";
  readonly beta: number;

  constructor(options: SmoothL1Options = {}) {
    super("SmoothL1Loss", options, ["beta"]);
    const { beta = 1 } = options;
    checkNumber("SmoothL1Loss", "beta", beta, "≥ 0");
    this.beta = beta;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1(input, target, { reduction: this.reduction, beta: this.beta });
  }
}

/**
 * Squared error that goes on as a line (Huber 1964): `d² / 2` for `d = |x − t| ≤ δ`, else `δ (d − δ/2)`; the function is
 * `huber`. Shapes: input and target any one shape → one number, or that shape with `reduction: "none"`.
 *
 * @throws ShapeError when the shapes differ
 * @throws RangeError when delta is not a number > 0, or the reduction is unknown
 * @example
 * await new HuberLoss({ delta: 0.5 }).forward(tensor([1, 2]), tensor([1, 4])).item(); // 0.4375
 */
export class HuberLoss extends Loss {
  static override readonly name: string = "HuberLoss";
  readonly delta: number;

  constructor(options: HuberOptions = {}) {
    super("HuberLoss", options, ["delta"]);
    const { delta = 1 } = options;
    checkNumber("HuberLoss", "delta", delta, "> 0");
    this.delta = delta;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return huber(input, target, { reduction: this.reduction, delta: this.delta });
  }
}
