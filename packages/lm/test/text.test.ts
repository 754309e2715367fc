import { cleanText, decodeText, splitText, TextError } from "@weft/lm";
import { describe, expect, test } from "vitest";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("decodeText", () => {
  test("reads UTF-8 of every length", () => {
    expect(decodeText(bytes("a é 鯨 🐋"))).toBe("a é 鯨 🐋");
  });

  test("drops one byte order mark and turns CRLF into LF", () => {
    expect(decodeText(bytes("\uFEFFone\r\ntwo\rthree\n"))).toBe("one\ntwo\rthree\n");
    expect(cleanText("\uFEFF\uFEFFa")).toBe("\uFEFFa");
  });

  test.each([
    ["nothing", bytes(""), /book\.txt: the text is empty/],
    ["only a byte order mark", bytes("\uFEFF"), /the text is empty/],
    ["a byte 0", Uint8Array.of(97, 98, 0, 99), /byte 0 at offset 2.*binary or UTF-16/],
    ["Latin-1", Uint8Array.of(99, 97, 102, 0xe9, 32, 97), /not UTF-8 at byte offset 3;.*iconv/],
    ["a character cut off at the end", bytes("ab鯨").slice(0, 4), /not UTF-8 at byte offset 2/],
    ["an overlong form", Uint8Array.of(97, 0xc0, 0xaf), /not UTF-8 at byte offset 1/],
    ["a surrogate", Uint8Array.of(0xed, 0xa0, 0x80), /not UTF-8 at byte offset 0/],
  ])("refuses %s", (_, input, message) => {
    expect(() => decodeText(input, "book.txt")).toThrow(message);
    expect(() => decodeText(input, "book.txt")).toThrow(TextError);
  });

  test("finds the broken byte behind many chunks, wherever the characters fall", () => {
    for (const shift of [0, 1, 2]) {
      const good = bytes("x".repeat(shift) + "鯨".repeat(50_000));
      const bad = new Uint8Array([...good, 0xff, 97]);
      expect(() => decodeText(bad)).toThrow(`byte offset ${good.length};`);
    }
  });
});

describe("splitText", () => {
  test("counts code points, not UTF-16 units", () => {
    expect(splitText("🐋🐋🐋🐋🐋🐋🐋🐋🐋鯨")).toEqual({ training: "🐋".repeat(9), validation: "鯨" });
  });

  test("keeps nine tenths, rounded down, for every length", () => {
    for (let n = 0; n < 300; n++) {
      const { training, validation } = splitText("x".repeat(n));
      expect(training.length).toBe(Math.floor((n * 9) / 10));
      expect(training.length + validation.length).toBe(n);
    }
  });

  test("refuses a share that is none", () => {
    expect(() => splitText("abc", 1.5)).toThrow(/between 0 and 1/);
    expect(() => splitText("abc", Number.NaN)).toThrow(/between 0 and 1/);
  });
});
