import { WeftError } from "@weft/tensor";
import type { Module } from "../module.js";
import { ModuleContainer } from "./moduleContainer.js";

/**
 * Modules by name (PyTorch's nn.ModuleDict), for a forward of one's own. The names in `stateDict()` are the keys as they
 * are. A plain object in a field does the same without methods.
 *
 * @throws TypeError when something given is no module
 * @throws WeftError when a key cannot be a name
 * @example
 * const heads = new ModuleDict({ letters: new Linear(8, 26), wordEnd: new Linear(8, 2) });
 * heads.get("letters").forward(zeros([8])).shape; // [26]
 * Object.keys(heads.stateDict())[2]; // "wordEnd.weight"
 */
export class ModuleDict<Modules extends Readonly<Record<string, Module>> = Record<string, Module>>
  extends ModuleContainer<Module>
  implements Iterable<[string, Module]>
{
  static override readonly name: string = "ModuleDict";

  constructor(modules?: Modules) {
    super();
    if (modules !== undefined && Object.getPrototypeOf(modules ?? 0) !== Object.prototype) {
      throw new TypeError(
        "ModuleDict: the modules are no plain object; use new ModuleDict({ name: module }).",
      );
    }
    for (const [key, module] of Object.entries(modules ?? {})) this.hold(key, module);
  }

  get size(): number {
    return this.held().length;
  }

  has(key: string): boolean {
    return this.keys().includes(key);
  }

  /**
   * The module of a key.
   *
   * @throws WeftError when there is none
   */
  get<Key extends keyof Modules & string>(key: Key): Modules[Key] {
    if (this.has(key)) return this.fields()[key] as Modules[Key];
    throw new WeftError(
      `ModuleDict: there is no module ${JSON.stringify(key)}; there ${this.size === 0 ? "is none" : `are ${this.keys().join(", ")}`}.`,
    );
  }

  /** Enters a module, or puts it in the place of the one that is there. */
  set<Key extends keyof Modules & string>(key: Key, module: Modules[Key]): this {
    this.hold(key, module);
    return this;
  }

  /** Takes a module out; false when there was none. */
  delete(key: string): boolean {
    return this.has(key) && delete this.fields()[key];
  }

  keys(): string[] {
    return this.held().map(([key]) => key);
  }

  values(): Modules[keyof Modules][] {
    return this.held().map(([, module]) => module as Modules[keyof Modules]);
  }

  entries(): [key: string, module: Modules[keyof Modules]][] {
    return this.held() as [string, Modules[keyof Modules]][];
  }

  *[Symbol.iterator](): Iterator<[string, Module]> {
    yield* this.held();
  }
}
