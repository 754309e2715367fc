import { type GeneratorState, noteDraw } from "./ambient/draws.js";

/**
 * A source of random numbers by counting: draw n of seed s is a pure function of (s, n), so the same seed gives the same
 * numbers, and a state saved and restored continues exactly. Without a seed it starts from fresh entropy.
 *
 * @throws RangeError when the seed is not a whole number from 0 to 2⁵³ − 1
 * @example
 * const a = await uniform([1], { generator: new Generator(7) }).item();
 * const b = await uniform([1], { generator: new Generator(7) }).item();
 * a === b; // true
 */
export class Generator {
  #seed: number;
  #stream = 0;

  constructor(seed: number = Math.floor(Math.random() * 2 ** 32)) {
    checkWhole("seed", seed, "use a whole number from 0 to 2⁵³ − 1");
    this.#seed = seed;
  }

  /**
   * Where it stands, as plain JSON. Set to what was read, it goes on from there.
   *
   * @throws TypeError when it is set to what is no object
   * @throws RangeError when the seed or the stream is not a whole number from 0 to 2⁵³ − 1
   */
  get state(): GeneratorState {
    return { seed: this.#seed, stream: this.#stream };
  }

  set state(state: GeneratorState) {
    const cure = "set what was read from generator.state";
    if (typeof state !== "object" || state === null)
      throw new TypeError(`Generator: state is ${String(state)}; ${cure}, { seed, stream }.`);
    const { seed, stream } = state;
    checkWhole("state.seed", seed, cure);
    checkWhole("state.stream", stream, cure);
    this.#seed = seed;
    this.#stream = stream;
  }

  /** The key and counter words of the next tensor's worth of numbers. */
  next(): { readonly key0: number; readonly key1: number; readonly stream: number } {
    noteDraw(this);
    return { key0: this.#seed >>> 0, key1: Math.floor(this.#seed / 2 ** 32), stream: this.#stream++ };
  }
}

/** Refuses what is no generator, such as its seed. */
export function checkGenerator(op: string, generator: unknown): void {
  if (generator === undefined || generator instanceof Generator) return;
  throw new TypeError(`${op}: generator is ${JSON.stringify(generator)}; use new Generator(seed).`);
}

function checkWhole(name: string, value: unknown, cure: string): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new RangeError(`Generator: ${name} is ${shown}; ${cure}.`);
}

/**
 * What ops draw from when they are given no generator: fresh entropy for every program. It is one for all of them, so that
 * a checkpoint can set it back for its second run.
 */
export const entropy = new Generator();
