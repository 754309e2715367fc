import { logSoftmax, softmax, type Tensor } from "@weft/tensor";
import { Module } from "../module.js";

/** The axis that a layer was given; JavaScript would take an object for one, too. */
function checkedAxis(name: string, axis: number): number {
  if (Number.isInteger(axis)) return axis;
  throw new TypeError(`${name}: axis is ${JSON.stringify(axis)}; use a whole number.`);
}

/**
 * Probabilities along an axis, the last one unless told otherwise; the function is `softmax`. Shapes: any → the same.
 *
 * @throws ShapeError when the input has no such axis
 * @example
 * await new Softmax().forward(tensor([[0, 0], [9, 9]])).toArray(); // [[0.5, 0.5], [0.5, 0.5]]
 */
export class Softmax extends Module {
  static override readonly name: string = "Softmax";
  readonly axis: number;

  constructor(axis = -1) {
    super();
    this.axis = checkedAxis("Softmax", axis);
  }

  forward(x: Tensor): Tensor {
    return softmax(x, this.axis);
  }
}

/**
 * Logarithms of softmax along an axis, the last one unless told otherwise; the function is `logSoftmax`. Shapes: any →
 * the same.
 *
 * @throws ShapeError when the input has no such axis
 * @example
 * await new LogSoftmax().forward(tensor([0, 0])).toArray(); // [-0.6931472, -0.6931472]
 */
export class LogSoftmax extends Module {
  static override readonly name: string = "LogSoftmax";
  readonly axis: number;

  constructor(axis = -1) {
    super();
    this.axis = checkedAxis("LogSoftmax", axis);
  }

  forward(x: Tensor): Tensor {
    return logSoftmax(x, this.axis);
  }
}
