import type { Module } from "../module.js";
import { ModuleContainer, place } from "./moduleContainer.js";

/**
 * Modules by number (PyTorch's nn.ModuleList), for a forward of one's own. A plain array in a field does the same
 * without methods.
 *
 * @throws TypeError when something given is no module
 * @example
 * class Deep extends Module {
 *   blocks = new ModuleList([new Linear(4, 4), new Linear(4, 4)]);
 *   forward(x) {
 *     for (const block of this.blocks) x = add(x, tanh(block.forward(x)));
 *     return x;
 *   }
 * }
 * Object.keys(new Deep().stateDict())[2]; // "blocks.1.weight"
 */
export class ModuleList<Inner extends Module = Module>
  extends ModuleContainer<Inner>
  implements Iterable<Inner>
{
  static override readonly name: string = "ModuleList";
  [index: number]: Inner;

  constructor(modules: Iterable<Inner> = [], ...others: never[]) {
    super();
    if (others.length > 0 || typeof modules?.[Symbol.iterator] !== "function") {
      throw new TypeError("ModuleList: the modules are no array; use new ModuleList([a, b]).");
    }
    this.extend(modules);
  }

  get length(): number {
    return this.held().length;
  }

  /** The module at a place; −1 is the last one. */
  at(index: number): Inner {
    const modules = [...this];
    return modules[place("ModuleList", index, modules.length)] as Inner;
  }

  /** Adds a module at the end and returns the list. */
  append(module: Inner): this {
    this.hold(String(this.length), module);
    return this;
  }

  /** Adds modules at the end and returns the list. */
  extend(modules: Iterable<Inner>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts a module before the one at a place, or behind the last one, and returns the list. */
  insert(index: number, module: Inner): this {
    if (index === this.length) return this.append(module);
    const modules = [...this];
    modules.splice(place("ModuleList", index, modules.length), 0, module);
    for (const [i, each] of modules.entries()) this.hold(String(i), each);
    return this;
  }

  *[Symbol.iterator](): Iterator<Inner> {
    for (const [, module] of this.held()) yield module;
  }
}
