// Which module's forward is running, so that messages can name it and others can watch.
import { currentPlace, type Place, withPlace } from "@weft/autograd";
import { Ambient } from "@weft/tensor";
import { heldModules } from "./naming/walk.js";

const wrapped = new WeakSet<object>();
/** Errors that have been told where they were thrown. */
const told = new WeakSet<Error>();

type Forward = (this: object, ...args: unknown[]) => unknown;

/** Is told of every forward that has ended, and what it returned. */
export type Witness = (module: object, result: unknown) => void;

const witness = new Ambient<Witness | undefined>(undefined);

/** Runs a synchronous body and tells of every forward it runs, inner ones first. */
export const withWitness = <T>(tell: Witness, body: () => T): T => witness.run(tell, body);

/** A module whose forward runs, called from another place. */
class ModulePlace implements Place {
  readonly module: object;
  readonly #outer: Place | undefined;

  constructor(module: object, outer: Place | undefined) {
    this.module = module;
    this.#outer = outer;
  }

  /** The fields that lead here from the outermost module: `LanguageModel.decoder`, `Model.blocks[0]`. */
  get path(): string {
    for (let outer = this.#outer; outer instanceof ModulePlace; outer = outer.#outer) {
      const fields = fieldsTo(this.module, outer.module);
      if (fields !== undefined) return outer.path + fields;
    }
    const own = this.module.constructor.name;
    return this.#outer === undefined ? own : `${this.#outer.path} → ${own}`; // in no field of those that run
  }
}

/**
 * Makes the `forward` methods of a new module's class say that they run. Each class is changed once; a `forward` that
 * is a field instead of a method is left as it is.
 */
export function announceForward(prototype: object): void {
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const forward: unknown = Object.getOwnPropertyDescriptor(owner, "forward")?.value;
    if (typeof forward !== "function" || wrapped.has(forward)) continue;
    const announced: Forward = function (...args) {
      const outer = currentPlace();
      const run = () => (forward as Forward).apply(this, args);
      if (outer instanceof ModulePlace && outer.module === this) return run(); // super.forward()
      const place = new ModulePlace(this, outer);
      try {
        const result = withPlace(place, run);
        witness.value?.(this, result);
        return result;
      } catch (error) {
        tell(error, place.path, this.constructor.name);
        throw error;
      }
    };
    Object.defineProperty(announced, "name", { value: "forward" });
    Object.defineProperty(announced, "length", { value: forward.length });
    wrapped.add(announced);
    Object.defineProperty(owner, "forward", { value: announced, writable: true, configurable: true });
  }
}

/** Puts the path before an error's message, once, unless the message begins with it. */
function tell(error: unknown, path: string, name: string): void {
  if (!(error instanceof Error) || told.has(error)) return;
  told.add(error);
  const { message, stack } = error;
  if (path === name && message.toLowerCase().startsWith(name.toLowerCase())) return;
  if (Object.getOwnPropertyDescriptor(error, "message")?.writable !== true) return;
  error.message = `${path}: ${message}`;
  if (stack?.includes(message)) error.stack = stack.replace(message, () => error.message);
}

/** The shortest way through fields from one module to another: `.encoder.blocks[0]`. */
function fieldsTo(target: object, from: object): string | undefined {
  const seen = new Set([from]);
  const open: [module: object, path: string][] = [[from, ""]];
  for (const [module, path] of open) {
    for (const { value, path: step } of heldModules(module)) {
      if (seen.has(value)) continue;
      if (value === target) return path + step;
      seen.add(value);
      open.push([value, path + step]);
    }
  }
  return undefined;
}
