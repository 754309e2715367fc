import { dropout, Generator, type Tensor } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkProbability } from "../../optionChecks.js";
import { checkLayer } from "../checkLayer.js";

export interface DropoutOptions {
  /** Source of the masks; fresh entropy without one. */
  readonly generator?: Generator;
}

/**
 * In training mode sets each element to 0 with probability p and multiplies the others by 1 / (1 − p); in evaluation
 * mode does nothing (Srivastava et al. 2014). p is 0.5 unless given. Shapes: any → the same.
 *
 * @throws RangeError when p is not in [0, 1]
 * @example
 * await new Dropout(0.5).eval().forward(tensor([1, 2])).toArray(); // [1, 2]
 */
export class Dropout extends Module {
  static override readonly name: string = "Dropout";
  readonly p: number;
  readonly #generator: Generator;

  constructor(p = 0.5, options: DropoutOptions = {}) {
    super();
    checkProbability("Dropout", "p", p);
    checkLayer("Dropout", {}, options, { generator: "generator" });
    this.p = p;
    this.#generator = options.generator ?? new Generator();
  }

  forward(x: Tensor): Tensor {
    return this.training ? dropout(x, this.p, this.#generator) : x;
  }
}
