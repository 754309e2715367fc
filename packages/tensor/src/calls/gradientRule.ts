// What the gradient rule of an op is given, and what it returns.
import { fill } from "../create.js";
import { empty } from "../launch.js";
import { at } from "../shape.js";
import type { Call, Gradient, Tensor } from "../tensor.js";

/** What a gradient rule is given: the call, and the gradient of each output. */
export interface BackwardOf<I extends readonly Tensor[], A> {
  readonly inputs: I;
  readonly attributes: A;
  readonly output: Tensor;
  readonly outputs: readonly Tensor[];
  /** The gradient of the first output, and those of all; zeros where none arrived. */
  readonly grad: Tensor;
  readonly grads: readonly Tensor[];
  /** The gradients of the outputs, undefined where none arrived: for a kernel that reads less then. */
  readonly arrived: readonly (Tensor | undefined)[];
}

/**
 * A gradient rule: for each input how to compute its gradient, or undefined where it has none. Rules are written with
 * ops, so that they can be differentiated again. They may return a gradient of the broadcast shape, and never ask who
 * needs what: the walker sums it to the input's shape, adds it up, and calls only what is needed.
 */
export type Backward<I extends readonly Tensor[], A> = (call: BackwardOf<I, A>) => {
  readonly [K in keyof I]: Gradient | undefined;
};

/** A call and the gradients that arrived at it. Zeros for the others are made only when the rule asks for them. */
export class Arrived<I extends readonly Tensor[], A> implements BackwardOf<I, A> {
  readonly inputs: I;
  readonly attributes: A;
  readonly outputs: readonly Tensor[];
  readonly arrived: readonly (Tensor | undefined)[];

  constructor({ inputs, attributes, outputs }: Call, arrived: readonly (Tensor | undefined)[]) {
    this.inputs = inputs as unknown as I;
    this.attributes = attributes as A;
    this.outputs = outputs;
    this.arrived = arrived;
  }

  get output(): Tensor {
    return at(this.outputs, 0);
  }

  get grad(): Tensor {
    return this.#gradOf(0);
  }

  get grads(): readonly Tensor[] {
    return this.outputs.map((_, i) => this.#gradOf(i));
  }

  #gradOf(i: number): Tensor {
    return this.arrived[i] ?? zeroLike(at(this.outputs, i));
  }
}

/** Zeros in the shape of x, all of them one number in memory. */
function zeroLike({ shape, dtype, device }: Tensor): Tensor {
  const zero = fill("backward", empty({ shape: [], dtype, device }), 0);
  return zero.view({ shape, strides: shape.map(() => 0), offset: 0 });
}
