import { assign, ShapeError, Tensor, WeftError, withRecording } from "@weft/tensor";
import { nameOfField } from "./fieldNames.js";
import { announceForward } from "./running.js";

/**
 * Base of all layers and models. A module is a plain class: its parameters and inner modules are found by walking its
 * fields, nothing is registered. A field that holds a tensor with `requiresGrad` is a parameter.
 *
 * Names in `stateDict()` are PyTorch's: fields in snake_case (`weightIh` → `weight_ih`), inner modules by a dot
 * (`decoder.weight`), an array of modules by number (`blocks.0.weight`), an array of tensors, one for each layer of a
 * recurrent stack, as `weight_ih_l0`, `weight_ih_l1`.
 *
 * What is thrown inside a method `forward` names the way there: `LanguageModel.decoder: Linear expects …`.
 *
 * @example
 * class Scale extends Module {
 *   weight = ones([3], { requiresGrad: true });
 *   forward(x) { return mul(x, this.weight); }
 * }
 * Object.keys(new Scale().stateDict()); // ["weight"]
 */
export abstract class Module {
  /** Whether layers that behave differently in training, such as Dropout, are in training mode. */
  training = true;

  constructor() {
    announceForward(this, new.target.prototype);
  }

  /** Sets training mode here and in all inner modules. */
  train(mode = true): this {
    this.training = mode;
    for (const [, module] of innerModules(this)) module.train(mode);
    return this;
  }

  /** Sets evaluation mode here and in all inner modules. */
  eval(): this {
    return this.train(false);
  }

  /** All parameters with their names, in the order of the fields; one that modules share comes once. */
  namedParameters(): [name: string, parameter: Tensor][] {
    const seen = new Set<Tensor>();
    return Object.entries(this.stateDict()).filter(([, tensor]) => {
      const isNew = tensor.requiresGrad && !seen.has(tensor);
      seen.add(tensor);
      return isNew;
    });
  }

  /** All parameters, in the order of the fields: what an optimizer is given. One that two fields share comes once. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The tensors this module holds itself, with PyTorch's names: those of its fields, unless a layer names them itself. */
  protected *ownTensors(): Iterable<readonly [name: string, tensor: Tensor]> {
    for (const [field, value] of Object.entries(this)) {
      const name = nameOfField(this, field);
      if (value instanceof Tensor) yield [name, value];
      if (!Array.isArray(value)) continue;
      for (const [i, item] of value.entries()) if (item instanceof Tensor) yield [`${name}_l${i}`, item];
    }
  }

  /** Those of the module and of all modules inside. */
  *#tensors(prefix = ""): Iterable<[name: string, tensor: Tensor]> {
    for (const [name, tensor] of this.ownTensors()) yield [prefix + name, tensor];
    for (const [name, inner] of innerModules(this)) yield* inner.#tensors(`${prefix}${name}.`);
  }

  /** All tensors of the module, by their PyTorch names. The tensors are the module's own, not copies. */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(this.#tensors());
  }

  /**
   * Copies tensors into the module by name.
   *
   * @throws WeftError when a name is missing or unknown
   * @throws ShapeError when a shape differs
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const own = this.stateDict();
    const missing = Object.keys(own).filter((name) => !Object.hasOwn(state, name));
    const unknown = Object.keys(state).filter((name) => !Object.hasOwn(own, name));
    if (missing.length + unknown.length > 0) {
      const parts = [
        missing.length > 0 ? `${missing.join(", ")} missing` : "",
        unknown.length > 0 ? `${unknown.join(", ")} unknown` : "",
      ];
      throw new WeftError(
        `loadStateDict: ${parts.filter(Boolean).join("; ")}; load the state of a model with the same layers.`,
      );
    }
    for (const [name, target] of Object.entries(own)) {
      const source = state[name] as Tensor;
      if (source.shape.join() !== target.shape.join()) {
        throw new ShapeError(
          `loadStateDict: ${name} is (${target.shape.join(", ")}) here and (${source.shape.join(", ")}) in the state; ` +
            "build the model with the sizes it was saved with.",
        );
      }
    }
    withRecording(false, () => {
      for (const [name, target] of Object.entries(own)) assign(target, state[name] as Tensor);
    });
  }
}

function* innerModules(module: Module): Generator<[name: string, module: Module]> {
  for (const [field, value] of Object.entries(module)) {
    if (value instanceof Module) yield [nameOfField(module, field), value];
    if (!Array.isArray(value)) continue;
    for (const [i, item] of value.entries())
      if (item instanceof Module) yield [`${nameOfField(module, field)}.${i}`, item];
  }
}
