// Activations whose values lie between bounds, as layers. None has parameters; all keep the shape.
import { logSigmoid, sigmoid, type Tensor, tanh } from "@weft/tensor";
import { Module } from "../module.js";

/**
 * Hyperbolic tangent; the function is `tanh`. Shapes: any → the same.
 *
 * @example
 * await new Tanh().forward(tensor([0, 1])).toArray(); // [0, 0.7615942]
 */
export class Tanh extends Module {
  static override readonly name: string = "Tanh";

  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/**
 * Logistic function `1 / (1 + e⁻ˣ)`; the function is `sigmoid`. Shapes: any → the same.
 *
 * @example
 * await new Sigmoid().forward(tensor([0, 2])).toArray(); // [0.5, 0.8807971]
 */
export class Sigmoid extends Module {
  static override readonly name: string = "Sigmoid";

  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/**
 * Logarithm of the logistic function, without underflow; the function is `logSigmoid`. Shapes: any → the same.
 *
 * @example
 * await new LogSigmoid().forward(tensor([0, -100])).toArray(); // [-0.6931472, -100]
 */
export class LogSigmoid extends Module {
  static override readonly name: string = "LogSigmoid";

  forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}
