import { WeftError } from "@weft/tensor";
import { namesAreKeys } from "../fieldNames.js";
import { Module } from "../module.js";

/**
 * What Sequential, ModuleList and ModuleDict share: modules in fields of their own that are named by keys, so that the walk
 * over fields finds them under the names that PyTorch gives them.
 */
export abstract class ModuleContainer<Inner extends Module> extends Module {
  constructor() {
    super();
    namesAreKeys(this);
  }

  /** Enters a module under a key, or puts it in the place of the one that is there. */
  protected hold(key: string, module: Inner): void {
    const { name } = this.constructor;
    if (!(module instanceof Module)) {
      throw new TypeError(`${name}: ${key} is ${described(module)}`);
    }
    if (key === "" || key.includes(".")) {
      throw new WeftError(
        `${name}: ${JSON.stringify(key)} is no name of a module; use a word without a dot.`,
      );
    }
    if (key in this && !(this.fields()[key] instanceof Module)) {
      throw new WeftError(`${name}: every ${name} has a member ${key}; use another name, such as ${key}_.`);
    }
    this.fields()[key] = module;
  }

  /** The modules with their keys: numbers rise, words are in the order in which they came. */
  protected held(): [key: string, module: Inner][] {
    return Object.entries(this).filter((entry): entry is [string, Inner] => entry[1] instanceof Module);
  }

  protected fields(): Record<string, unknown> {
    return this as unknown as Record<string, unknown>;
  }
}

/** What somebody gave in place of a module, and what to give. */
function described(given: unknown): string {
  if (Array.isArray(given)) return "an array; spread it: ...layers.";
  if (typeof given === "function") return "a function; use a module, such as new ReLU() in place of relu.";
  return `${String(given)}; use a module.`;
}

/** A place counted from the front; −1 is the last one. */
export function place(name: string, index: number, length: number): number {
  const front = index < 0 ? index + length : index;
  if (Number.isInteger(index) && front >= 0 && front < length) return front;
  const range = length === 0 ? "it is empty" : `use −${length} … ${length - 1}`;
  throw new RangeError(`${name}: there is no module ${index} of ${length}; ${range}.`);
}
