import { type Tensor, tensor } from "@weft/tensor";

/**
 * Numbers in [−scale, scale) that look random and are the same here and in tests/fixtures/hashed.py: 24 bits of a hash of
 * seed and position, exact in float32 for a scale that is a power of two.
 */
export function hashed(shape: readonly number[], seed: number, scale = 1): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, (_, i) => ((hash32(seed, i) >>> 8) / 2 ** 23 - 1) * scale);
}

export const hashedTensor = (shape: readonly number[], seed: number, scale = 1): Tensor =>
  tensor(hashed(shape, seed, scale), { shape });

/** A tensor that collects its gradient. */
export const hashedLeaf = (shape: readonly number[], seed: number, scale = 1): Tensor =>
  tensor(hashed(shape, seed, scale), { shape, requiresGrad: true });

/** The finalizer of MurmurHash3 over a mix of seed and position. */
export function hash32(seed: number, i: number): number {
  let x = (Math.imul(i, 0x9e3779b1) + Math.imul(seed, 0x85ebca77) + 0x27d4eb2f) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
