import { Tensor, WeftError } from "@weft/tensor";
import type { Module } from "../module.js";
import { ModuleContainer, place } from "./moduleContainer.js";

/** A module that makes one tensor of one. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * Layers one after the other: each takes what the one before gives (PyTorch's nn.Sequential). They are numbered
 * (`0.weight`), or named by the keys of an object (`encoder.weight`).
 *
 * @throws TypeError when something given is no module, such as the function relu
 * @throws WeftError when a name cannot be one
 * @example
 * const model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2));
 * model.forward(zeros([5, 4])).shape; // [5, 2]
 * Object.keys(model.stateDict()); // ["0.weight", "0.bias", "2.weight", "2.bias"]
 * model.length; // 3
 * const named = new Sequential({ up: new Linear(4, 8), act: new Tanh() });
 * Object.keys(named.stateDict()); // ["up.weight", "up.bias"]
 */
export class Sequential extends ModuleContainer<Layer> implements Iterable<Layer> {
  static override readonly name: string = "Sequential";
  [index: number]: Layer;

  constructor(...layers: readonly Layer[]);
  constructor(layers: Readonly<Record<string, Layer>>);
  constructor(...layers: readonly Layer[] | readonly [Readonly<Record<string, Layer>>]) {
    super();
    const [first] = layers;
    const isNamed = layers.length === 1 && Object.getPrototypeOf(first ?? 0) === Object.prototype;
    for (const [key, layer] of Object.entries(isNamed ? (first as object) : layers)) this.#add(key, layer);
  }

  get length(): number {
    return this.held().length;
  }

  /** The layer at a place; −1 is the last one. */
  at(index: number): Layer {
    const layers = [...this];
    return layers[place("Sequential", index, layers.length)] as Layer;
  }

  /** Adds a layer at the end, under its number or, where layers have names, under a name; returns the container. */
  append(layer: Layer, name = String(this.length)): this {
    this.#add(name, layer);
    return this;
  }

  /** The layers from `start` up to `end`, not included, as a Sequential that shares them. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(...[...this].slice(start, end));
  }

  *[Symbol.iterator](): Iterator<Layer> {
    for (const [, layer] of this.held()) yield layer;
  }

  /** JavaScript puts fields that are numbers before all others: mixed with words they would not keep their order. */
  #add(key: string, layer: Layer): void {
    const other = this.held().find(([held]) => isNumber(held) !== isNumber(key));
    if (other !== undefined) {
      throw new WeftError(
        `Sequential: a layer ${key} cannot follow a layer ${other[0]}; number all layers or name all: append(layer, "name").`,
      );
    }
    this.hold(key, layer);
  }

  forward(x: Tensor): Tensor {
    return this.held().reduce((input, [key, layer]) => {
      const output: unknown = layer.forward(input);
      if (output instanceof Tensor) return output;
      throw new WeftError(
        `Sequential: layer ${key}, ${layer.constructor.name}, gives no single tensor; wrap it in a module whose forward does.`,
      );
    }, x);
  }
}

const isNumber = (key: string): boolean => /^\d+$/.test(key);
