/**
 * A stream of numbers in [0, 1), the same for the same seed on every machine.
 *
 * A Weyl sequence (steps of 2³² / φ) whose words are mixed by two multiply-and-shift rounds; two of them make the 53 bits
 * of a number. It is small, and quite enough to draw letters.
 *
 * @example
 * const next = uniformNumbers(1);
 * next() === uniformNumbers(1)(); // true
 * @see Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014
 */
export function uniformNumbers(seed: number): () => number {
  let counter = seed >>> 0;
  const word = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  // The upper 26 bits of one word and the upper 27 of the next: 53 bits, as many as a double holds.
  return () => ((word() >>> 6) * 2 ** 27 + (word() >>> 5)) / 2 ** 53;
}
