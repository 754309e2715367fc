import { dropout, Generator, Tensor, WeftError } from "@weft/tensor";
import { Module } from "../../module.js";
import { described } from "../../naming/describe.js";
import { isModule } from "../../naming/walk.js";
import { checkProbability } from "../../optionChecks.js";
import { checkLayer } from "../checkLayer.js";
import type { DropoutOptions } from "./dropout.js";

/** A module with a forward of any kind. */
export type Runnable = Module & { forward(...args: never[]): unknown };

/**
 * DropConnect (Wan et al. 2013) on some weights of a module, as AWD-LSTM drops hidden-to-hidden weights (Merity et al. 2017):
 * in training mode each of these weights is 0 with probability p, or multiplied by 1 / (1 − p), while one forward runs. The
 * mask is drawn once a forward, so it is the same at all time steps; the gradient reaches the weights through it. In
 * evaluation mode the module runs as it is.
 *
 * The module's fields hold the raw weights at all times but during its own forward. So parameters and names stay the
 * module's, below `module.` (`module.weight_hh_l0`; AWD-LSTM's files say `module.weight_hh_l0_raw`). Its forward must be
 * synchronous and read its weights from the fields named.
 *
 * @param fields the fields whose tensors are dropped, each a tensor or an array of tensors: `["weightHh"]`
 * @throws RangeError when p is not in [0, 1]
 * @throws WeftError when a field holds no tensor
 * @example
 * const layer = new WeightDrop(new LSTM(3, 4), ["weightHh"], 0.5);
 * layer.forward(zeros([5, 2, 3])).output.shape; // [5, 2, 4]
 * Object.keys(layer.stateDict())[1]; // "module.weight_hh_l0"
 */
export class WeightDrop<Layer extends Runnable> extends Module {
  static override readonly name: string = "WeightDrop";
  readonly module: Layer;
  readonly fields: readonly string[];
  readonly p: number;
  readonly #generator: Generator;

  constructor(module: Layer, fields: readonly string[], p = 0.5, options: DropoutOptions = {}) {
    super();
    checkProbability("WeightDrop", "p", p);
    checkLayer("WeightDrop", {}, options, { generator: "generator" });
    if (!Array.isArray(fields)) {
      throw new TypeError(
        `WeightDrop: fields is ${JSON.stringify(fields)}; use an array of names, such as ["weightHh"].`,
      );
    }
    if (!isModule(module))
      throw new TypeError(`WeightDrop: ${described(module)} is no module; use new LSTM(…), for instance.`);
    for (const field of fields) {
      if (isDroppable((module as unknown as Fields)[field])) continue;
      throw new WeftError(
        `WeightDrop: ${module.constructor.name} has no field ${JSON.stringify(field)} that holds a tensor or an array of tensors.`,
      );
    }
    this.module = module;
    this.fields = [...fields];
    this.p = p;
    this.#generator = options.generator ?? new Generator();
  }

  forward(...args: Parameters<Layer["forward"]>): ReturnType<Layer["forward"]> {
    const run = () => this.module.forward(...args) as ReturnType<Layer["forward"]>;
    if (!this.training || this.p === 0) return run();
    const holder = this.module as unknown as Fields;
    const raw = this.fields.map((field) => [field, holder[field]] as const);
    try {
      for (const [field, weights] of raw) holder[field] = this.#drop(weights as Droppable);
      return run();
    } finally {
      for (const [field, weights] of raw) holder[field] = weights;
    }
  }

  #drop(weights: Droppable): Droppable {
    if (weights instanceof Tensor) return dropout(weights, this.p, this.#generator);
    return weights.map((inner) => this.#drop(inner));
  }
}

type Fields = Record<string, unknown>;
type Droppable = Tensor | readonly Droppable[];

const isDroppable = (value: unknown): value is Droppable =>
  value instanceof Tensor || (Array.isArray(value) && value.length > 0 && value.every(isDroppable));
