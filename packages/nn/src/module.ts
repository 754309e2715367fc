import { checkOptions, type Tensor, WeftError } from "@weft/tensor";
import { checkState } from "./naming/checkState.js";
import { type LoadOptions, type LoadResult, load } from "./naming/load.js";
import { enroll, heldModules, heldTensors } from "./naming/walk.js";
import { announceForward } from "./running.js";

export interface RecurseOptions {
  /** Whether inner modules are asked too; true unless told otherwise. */
  readonly recurse?: boolean;
}

/**
 * Base of all layers and models. A module is a plain class: its tensors and inner modules are found by walking its fields,
 * also inside arrays, plain objects and Maps; nothing is registered. A tensor with `requiresGrad` is a parameter, any other
 * one a buffer: it is saved and loaded, and no optimizer changes it. What ops computed from parameters is neither.
 *
 * Names are PyTorch's: fields in snake_case (`weightIh` → `weight_ih`), what lies deeper by a dot and its number or key
 * (`decoder.weight`, `blocks.0.weight`, `heads.left.weight`).
 *
 * Not seen, and so not trained, saved or switched by `eval()`: #private fields (the place for what is no state, such as a
 * cache, a mask or a link to the parent), and objects of classes that do not extend Module. A Set that holds tensors or
 * modules is refused, as its members have no names.
 *
 * What is thrown inside a method `forward` names the way there: `LanguageModel.decoder: Linear expects …`. A minifier shortens
 * the names of classes; a static field keeps one: `static override name = "Scale"`.
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
  #isSwitching = false;

  constructor() {
    enroll(this);
    announceForward(new.target.prototype);
  }

  /** Sets training mode here and in all inner modules. */
  train(mode = true): this {
    if (this.#isSwitching) return this; // modules that hold each other
    this.#isSwitching = true;
    try {
      this.training = mode;
      for (const module of this.children()) module.train(mode);
    } finally {
      this.#isSwitching = false;
    }
    return this;
  }

  /** Sets evaluation mode here and in all inner modules. `evaluating()` sets it for a while. */
  eval(): this {
    return this.train(false);
  }

  /** The modules that the fields hold, with their names; one that two fields share comes once. */
  namedChildren(): [name: string, module: Module][] {
    const seen = new Set<object>();
    return this.#inner().filter(([, module]) => !seen.has(module) && seen.add(module));
  }

  /** The modules that the fields hold; one that two fields share comes once. */
  children(): Module[] {
    return this.namedChildren().map(([, module]) => module);
  }

  /** This module, whose name is "", and all inside it, a module before its own; a shared one comes once. */
  namedModules(): [name: string, module: Module][] {
    const seen = new Set<Module>();
    const visit = (name: string, module: Module): [string, Module][] => {
      if (seen.has(module)) return [];
      seen.add(module);
      return [
        [name, module],
        ...module.#inner().flatMap(([field, inner]) => visit(joined(name, field), inner)),
      ];
    };
    return visit("", this);
  }

  /** This module and all inside it, a module before its own; a shared one comes once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /**
   * Calls `change` with every module inside this one and then with this one, once each; for initial values, say.
   *
   * @example
   * class Two extends Module { first = new Linear(2, 2); second = new Linear(2, 1); }
   * const seen = [];
   * new Two().apply((module) => seen.push(module.constructor.name));
   * seen; // ["Linear", "Linear", "Two"]
   */
  apply(change: (module: Module) => void): this {
    const seen = new Set<Module>();
    const visit = (module: Module): void => {
      if (seen.has(module)) return;
      seen.add(module);
      for (const inner of module.children()) visit(inner);
      change(module);
    };
    visit(this);
    return this;
  }

  /**
   * All parameters with their names, in the order of the fields; one that modules share comes once. Without `recurse`, only
   * the module's own, not those of inner modules.
   */
  namedParameters(options: RecurseOptions = {}): [name: string, parameter: Tensor][] {
    return this.#distinct("namedParameters", options).filter(([, { requiresGrad }]) => requiresGrad);
  }

  /** All parameters, in the order of the fields: what an optimizer is given. One that two fields share comes once. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /**
   * All tensors that are no parameters, with their names; one that modules share comes once. Frozen weights are among them.
   * Without `recurse`, only the module's own.
   */
  namedBuffers(options: RecurseOptions = {}): [name: string, buffer: Tensor][] {
    return this.#distinct("namedBuffers", options).filter(([, { requiresGrad }]) => !requiresGrad);
  }

  /** All tensors that are no parameters; one that modules share comes once. */
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /**
   * All tensors of the module, by their PyTorch names, a module's own before those of inner ones; a shared one comes under
   * each of its names. The tensors are the module's own, not copies.
   *
   * @throws WeftError when two tensors have one name, or one has none
   */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(this.#tensors(true));
  }

  /**
   * Copies tensors into the module by name, cast to the dtype they have here, and tells the names that only one side has.
   * Everything is checked first: what throws has changed nothing.
   *
   * @throws TypeError when the state is none
   * @throws WeftError when a name is missing or unknown, unless `strict` is false
   * @throws ShapeError when a shape differs
   * @throws DeviceError when a tensor lives on another device
   * @example
   * const layer = new Linear(2, 1);
   * layer.loadStateDict({ bias: zeros([1]) }, { strict: false }).missingKeys; // ["weight"]
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: LoadOptions = {}): LoadResult {
    checkOptions("loadStateDict", options, ["strict"]);
    checkState("loadStateDict", state);
    return load(this.stateDict(), state, options);
  }

  /**
   * The module's own tensors with their names, without those of inner modules: what its fields hold. A layer whose names in
   * PyTorch do not follow from its fields overrides it.
   */
  protected *ownTensors(): Iterable<readonly [name: string, tensor: Tensor]> {
    for (const { name, value } of heldTensors(this)) yield [name, value];
  }

  #inner(): [name: string, module: Module][] {
    return Array.from(heldModules(this), ({ name, value }) => [name, value as Module]);
  }

  #tensors(recurse: boolean): [name: string, tensor: Tensor][] {
    const all: [string, Tensor][] = [];
    const visit = (prefix: string, module: Module, around: ReadonlySet<Module>): void => {
      if (around.has(module)) return; // modules that hold each other
      for (const [name, tensor] of module.ownTensors()) all.push([joined(prefix, name), tensor]);
      if (!recurse) return;
      const within = new Set([...around, module]);
      for (const [name, inner] of module.#inner()) visit(joined(prefix, name), inner, within);
    };
    visit("", this, new Set());
    const names = new Set<string>();
    for (const [name] of all) {
      if (names.has(name)) {
        throw new WeftError(`${this.constructor.name}: two tensors are named ${name}; rename a field.`);
      }
      names.add(name);
    }
    return all;
  }

  /** All tensors, each under the first of its names. */
  #distinct(method: string, options: RecurseOptions): [name: string, tensor: Tensor][] {
    checkOptions(method, options, ["recurse"]);
    const seen = new Set<Tensor>();
    return this.#tensors(options.recurse ?? true).filter(
      ([, tensor]) => !seen.has(tensor) && seen.add(tensor),
    );
  }
}

const joined = (prefix: string, name: string): string => (prefix === "" ? name : `${prefix}.${name}`);
