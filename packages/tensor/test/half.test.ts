import { describe, expect, it } from "vitest";
import { fromHalf, toHalf } from "../src/half.js";

describe("an f16 on the host", () => {
  it("of every 16 bits comes back as they were", () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromHalf(bits);
      if (Number.isNaN(value)) expect(toHalf(value) & 0x7fff).toBe(0x7e00);
      else expect(toHalf(value)).toBe(bits);
    }
  });

  it("is the nearest one, ties to even", () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [low, high] = [fromHalf(bits), fromHalf(bits + 1)];
      const middle = (low + high) / 2; // exact in f32
      expect(toHalf(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(toHalf(middle - (high - low) / 8)).toBe(bits);
      expect(toHalf(-(middle + (high - low) / 8))).toBe(0x8000 | (bits + 1));
    }
  });

  it.each([
    [0, 0],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.9, 0x7bff],
    [65520, 0x7c00],
    [1e9, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [2 ** -14, 0x0400],
  ])("of %d has the bits IEEE 754 names", (value, bits) => {
    expect(toHalf(value)).toBe(bits);
  });
});
