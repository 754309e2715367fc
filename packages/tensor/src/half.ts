// IEEE 754 binary16 on the host, where JavaScript has no Float16Array yet.

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/**
 * The 16 bits of the f16 nearest to a number, ties to even; from 65,520 on infinity.
 *
 * @example
 * toHalf(1.5); // 0x3e00
 */
export function toHalf(value: number): number {
  word[0] = value;
  const [b] = bits as unknown as [number];
  const sign = (b >>> 16) & 0x8000;
  const magnitude = b & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 2¹⁶ or more
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴ an f16 counts in steps of 2⁻²⁴; adding 2²³ steps lets f32 do the rounding.
    return sign | (Math.fround(Math.abs(value) * 2 ** 24 + 2 ** 23) - 2 ** 23);
  }
  // Half a unit of the last of 10 digits, less one where the digit is even; the exponents differ by 112.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - (112 << 23)) >>> 13);
}

/**
 * The number that the 16 bits of an f16 stand for.
 *
 * @example
 * fromHalf(0x3e00); // 1.5
 */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const digits = half & 0x3ff;
  if (exponent === 31) return digits === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? digits * 2 ** -24 : (1 + digits / 1024) * 2 ** (exponent - 15));
}
