import { type Array64, build, sizeOf } from "../array.js";

type Words = readonly [number, number];

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). */
export function threefry(key: Words, counter: Words): Words {
  const keys = [key[0], key[1], 0x1bd11bda ^ key[0] ^ key[1]];
  const word = (i: number) => keys[i % 3] as number;
  let x = (counter[0] + word(0)) >>> 0;
  let y = (counter[1] + word(1)) >>> 0;
  for (let group = 1; group <= 5; group++) {
    for (const bits of ROTATIONS[(group - 1) % 2] as readonly number[]) {
      x = (x + y) >>> 0;
      y = (((y << bits) | (y >>> (32 - bits))) ^ x) >>> 0;
    }
    x = (x + word(group)) >>> 0;
    y = (y + word(group + 1) + group) >>> 0;
  }
  return [x, y];
}

/** The upper 24 bits: a number in [0, 1) that f32 holds exactly. */
const unit = (bits: number): number => (bits >>> 8) / 2 ** 24;

/** The two numbers in [0, 1) that element i of the n-th tensor drawn from a seed is made of. */
function draw(seed: number, stream: number, i: number): Words {
  const [x, y] = threefry([seed >>> 0, Math.floor(seed / 2 ** 32)], [i, stream]);
  return [unit(x), unit(y)];
}

const elements = (shape: readonly number[], f: (i: number) => number): Array64 => ({
  shape,
  data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => f(i)),
});

export const uniform = (shape: readonly number[], seed: number, low: number, high: number): Array64 =>
  elements(shape, (i) => low + (high - low) * draw(seed, 0, i)[0]);

/** Box and Muller 1958. */
export const normal = (shape: readonly number[], seed: number, mean: number, std: number): Array64 =>
  elements(shape, (i) => {
    const [u, v] = draw(seed, 0, i);
    return mean + std * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  });

/** Element i is dropped where its number is below p. */
export function dropout(x: Array64, p: number, seed: number): Array64 {
  let i = 0;
  return build(x.shape, () => {
    const [u] = draw(seed, 0, i);
    const v = x.data[i++] as number;
    return u < Math.fround(p) ? 0 : v / (1 - p);
  });
}

/** Both words as one number of 64 bits, brought down to the range. */
export const integers = (shape: readonly number[], seed: number, low: number, high: number): Array64 =>
  elements(shape, (i) => {
    const [x, y] = threefry([seed >>> 0, Math.floor(seed / 2 ** 32)], [i, 0]);
    const [range, bits] = [BigInt(high - low), (BigInt(x) << 32n) | BigInt(y)];
    // All 2³² numbers: one word is one of them, counted from low on.
    if (high - low === 2 ** 32) return low < 0 ? (low + x) | 0 : x;
    return low + Number((range * bits) >> 64n);
  });

/** 1 where the element's number is below p. */
export function bernoulli(p: Array64, seed: number): Array64 {
  let i = 0;
  return build(p.shape, () => Number(draw(seed, 0, i)[0] < (p.data[i++] as number)));
}
