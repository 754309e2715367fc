import { dropout, Generator, mul, ones, type Tensor } from "@weft/tensor";
import { Module } from "../../module.js";
import { checkProbability } from "../../optionChecks.js";
import { checkInput, checkLayer, type Kinds } from "../checkLayer.js";
import type { DropoutOptions } from "./dropout.js";

/** Dropout whose mask is the same along some axes: what VariationalDropout, Dropout1d and Dropout2d share. */
export abstract class AxisDropout<Options extends DropoutOptions = DropoutOptions> extends Module {
  readonly p: number;
  readonly #generator: Generator;

  readonly #layer: string;

  constructor(layer: string, p: number, options: Options, kinds: Kinds<Options>) {
    super();
    checkProbability(layer, "p", p);
    checkLayer(layer, {}, options, kinds);
    this.#layer = layer;
    this.p = p;
    this.#generator = options.generator ?? new Generator();
  }

  /** The axes of x along which the mask is the same; throws when x has others than the layer expects. */
  protected abstract sharedAxes(x: Tensor): readonly number[];

  forward(x: Tensor): Tensor {
    checkInput(this.#layer, x);
    const shared = this.sharedAxes(x);
    if (!this.training || this.p === 0) return x;
    const shape = x.shape.map((length, axis) => (shared.includes(axis) ? 1 : length));
    const { dtype, device } = x;
    return mul(x, dropout(ones(shape, { dtype, device }), this.p, this.#generator));
  }
}
