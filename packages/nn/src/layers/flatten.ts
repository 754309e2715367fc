// Shapes changed between layers.
import { flatten, reshape, type Shape, ShapeError, type Tensor } from "@weft/tensor";
import { Module } from "../module.js";
import { shown } from "../optionChecks.js";
import { checkInput } from "./checkLayer.js";

/**
 * Axes `startAxis` … `endAxis` as one; all but the first, that of the batch, unless told otherwise (PyTorch's nn.Flatten).
 * Shapes: (B, C, H, W) → (B, C · H · W)
 *
 * @throws ShapeError when the input has no such axes
 * @example
 * new Flatten().forward(zeros([2, 3, 4, 4])).shape; // [2, 48]
 */
export class Flatten extends Module {
  static override readonly name: string = "Flatten";
  readonly startAxis: number;
  readonly endAxis: number;

  constructor(startAxis = 1, endAxis = -1) {
    super();
    this.startAxis = startAxis;
    this.endAxis = endAxis;
  }

  forward(x: Tensor): Tensor {
    checkInput("Flatten", x);
    return flatten(x, this.startAxis, this.endAxis);
  }
}

/**
 * One axis as several, one of whose lengths may be −1, what is left (PyTorch's nn.Unflatten). Shapes: (B, C · H · W), 1,
 * [C, H, W] → (B, C, H, W)
 *
 * @throws ShapeError when the input has no such axis, or its length is not that of the shape
 * @example
 * new Unflatten(1, [3, -1, 4]).forward(zeros([2, 48])).shape; // [2, 3, 4, 4]
 */
export class Unflatten extends Module {
  static override readonly name: string = "Unflatten";
  readonly axis: number;
  readonly lengths: Shape;

  constructor(axis: number, lengths: Shape) {
    super();
    if (!Array.isArray(lengths))
      throw new TypeError(`Unflatten: lengths is ${shown(lengths)}; use an array, [3, −1].`);
    this.axis = axis;
    this.lengths = [...lengths];
  }

  forward(x: Tensor): Tensor {
    checkInput("Unflatten", x);
    const { axis, lengths } = this;
    const front = axis < 0 ? axis + x.rank : axis;
    const length = x.shape[front];
    const known = lengths.reduce((product, each) => (each === -1 ? product : product * each), 1);
    const isFree = lengths.includes(-1);
    if (length === undefined || (isFree ? length % known !== 0 : length !== known)) {
      throw new ShapeError(
        `Unflatten: axis ${axis} of (${x.shape.join(", ")}) does not make (${lengths.join(", ")}); ` +
          "the product of the lengths must be that of the axis.",
      );
    }
    const whole = lengths.map((each) => (each === -1 ? length / known : each));
    return reshape(x, x.shape.toSpliced(front, 1, ...whole));
  }
}
