// Normal random numbers on the host, for what is computed there before it is uploaded. They are those that `normal()` draws
// on the GPU from the same generator (kernels/wgsl/random/random.wgsl): Threefry-2x32 with 20 rounds (Salmon et al. 2011),
// then Box and Muller 1958.
import type { Generator } from "@weft/tensor";

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** Fills an array of float64 with the next tensor's worth of standard normal numbers. */
export function fillNormal(numbers: Float64Array, generator: Generator): void {
  const { key0, key1, stream } = generator.next();
  const keys = [key0, key1, 0x1bd11bda ^ key0 ^ key1];
  for (let i = 0; i < numbers.length; i++) {
    let x = i + key0;
    let y = stream + key1;
    for (let round = 0; round < 20; round++) {
      const bits = ROTATIONS[round % 8] as number;
      x = (x + y) | 0;
      y = ((y << bits) | (y >>> (32 - bits))) ^ x;
      if (round % 4 !== 3) continue;
      const group = (round + 1) / 4;
      x += keys[group % 3] as number;
      y += (keys[(group + 1) % 3] as number) + group;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - unit(x)));
    numbers[i] = radius * Math.cos(2 * Math.PI * unit(y));
  }
}

/** The upper 24 of 32 bits as a number in [0, 1). */
const unit = (word: number): number => (word >>> 8) / 2 ** 24;
