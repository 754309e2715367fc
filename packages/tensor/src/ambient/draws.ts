// Ambient state: who wants to know from which generators a body draws, so that it can draw the same once more.
import { Ambient } from "./ambient.js";

/** Where a generator stands: its key and the number of streams it has given out. */
export interface GeneratorState {
  readonly seed: number;
  readonly stream: number;
}

/** What can be set back: a generator. */
interface Source {
  state: GeneratorState;
}

/** Where each generator stood when the body first drew from it. */
export type Draws = Map<Source, GeneratorState>;

const listeners = new Ambient<readonly Draws[]>([]);

/** Notes that a generator is about to give numbers. */
export function noteDraw(generator: Source): void {
  for (const draws of listeners.value) if (!draws.has(generator)) draws.set(generator, generator.state);
}

/**
 * Runs a synchronous body and enters in `draws` where each generator it draws from stood before.
 *
 * @example
 * const generator = new Generator(7);
 * const draws = new Map();
 * withDraws(draws, () => uniform([2], { generator }));
 * draws.get(generator).stream; // 0
 */
export const withDraws = <T>(draws: Draws, body: () => T): T =>
  listeners.run([...listeners.value, draws], body);

/**
 * Runs a synchronous body with generators set back to where they stood in `draws`, so that it draws the same numbers;
 * afterwards they stand where they stood before the call.
 *
 * @example
 * const generator = new Generator(7);
 * const draws = new Map();
 * const first = withDraws(draws, () => uniform([1], { generator }));
 * const again = redraw(draws, () => uniform([1], { generator }));
 * (await first.item()) === (await again.item()); // true
 * generator.state.stream; // 1
 */
export function redraw<T>(draws: Draws, body: () => T): T {
  const now = [...draws.keys()].map((generator) => [generator, generator.state] as const);
  for (const [generator, state] of draws) generator.state = state;
  try {
    return body();
  } finally {
    for (const [generator, state] of now) generator.state = state;
  }
}
