import { describe, expect, it } from "vitest";
import { threefry } from "./reference/random.js";

describe("the reference of Threefry-2x32-20", () => {
  it.each([
    // Known answers of the authors' Random123 library: key, counter, result.
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)("for key %s and counter %s is %s", (key, counter, result) => {
    expect(threefry(key, counter)).toEqual(result);
  });
});
