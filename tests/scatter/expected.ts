// Sums by index on the host, in f32 and in the order that the kernels keep.
import { numbers } from "../ops/array.js";

/** Numbers that one invocation adds up where indices are sorted. */
export const CHUNK = 256;
/** Indices that are sorted at a time. */
export const PART = 2 ** 20;
/** From here on indices are sorted. */
const SORTED = 8193;

const { fround } = Math;
const total = (start: number, items: readonly number[]): number =>
  items.reduce((all, v) => fround(all + v), start);

/** The sum of a run in f32: the first chunk goes to the start, of the others the sums do, in the same way. */
function chunked(start: number, run: readonly number[]): number {
  let all = start;
  for (let items = run; items.length > 0; ) {
    const chunks = Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) =>
      items.slice(i * CHUNK, (i + 1) * CHUNK),
    );
    all = total(all, chunks[0] as number[]);
    items = chunks.slice(1).map((chunk) => total(0, chunk));
  }
  return all;
}

/** What scatterAdd gives on one line, to the bit. */
export function added(x: readonly number[], index: Int32Array, source: readonly number[]): number[] {
  const out = x.map(fround);
  for (let start = 0; start < index.length; start += PART) {
    const runs = new Map<number, number[]>();
    index.subarray(start, start + PART).forEach((id, i) => {
      if (id < 0 || id >= out.length) return;
      const run = runs.get(id) ?? [];
      run.push(fround(source[start + i] as number));
      runs.set(id, run);
    });
    const sumOf = index.length < SORTED ? total : chunked;
    for (const [id, run] of runs) out[id] = sumOf(out[id] as number, run);
  }
  return out;
}

/** Whole numbers, drawn by a rule from uniform ones in 0 … 1. */
export const drawn = (count: number, rule: (u: number) => number): Int32Array =>
  Int32Array.from(numbers(count, 17, 0, 1), (u) => Math.floor(rule(u)));

export const SPREADS: readonly (readonly [name: string, rule: (u: number) => number])[] = [
  ["in 600 bins, some outside", (u) => u * 610 - 5],
  ["in 10 bins", (u) => u * 10],
  ["skewed", (u) => 600 * u ** 8],
  ["half of them in one bin", (u) => Math.max(0, u * 600 - 300)],
  ["all in one bin", () => 599],
  ["all outside", (u) => (u < 0.5 ? -1 : 600)],
];
