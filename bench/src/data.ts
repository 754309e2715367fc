// Input numbers, the same at every run and on every machine.

interface Range {
  readonly low?: number;
  readonly high?: number;
  readonly seed?: number;
}

/** Numbers spread over [low, high), as exact f32. */
export function numbers(count: number, { low = -1, high = 1, seed = 1 }: Range = {}): Float32Array {
  const draw = draws(seed);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = low + (high - low) * draw();
  return out;
}

/** Whole numbers from 0 up to, not including, `below`. */
export function wholeNumbers(count: number, below: number, seed = 1): Int32Array {
  const draw = draws(seed);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = Math.floor(below * draw());
  return out;
}

/** A linear congruential generator (Knuth, TAOCP vol. 2, §3.3.4): plenty for inputs. Numbers in [0, 1). */
function draws(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
