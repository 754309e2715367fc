import { CharacterTokenizer, TextError } from "@weft/lm";
import { describe, expect, test } from "vitest";

describe("CharacterTokenizer", () => {
  test("sorts by code point, also beyond the basic plane", () => {
    expect(new CharacterTokenizer("🐋\uFFFDb鯨a").characters).toBe("ab鯨\uFFFD🐋");
  });

  test("gives back what it was given", () => {
    const text = "春眠不覺曉,處處聞啼鳥。\n👩‍🚀 e\u0301";
    const tokenizer = new CharacterTokenizer(text);
    const ids = tokenizer.encode(text);
    expect(ids).toBeInstanceOf(Int32Array);
    expect(ids.length).toBe([...text].length);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test("is rebuilt from its characters", () => {
    const tokenizer = new CharacterTokenizer("weaving 🧵");
    expect(new CharacterTokenizer(tokenizer.characters).characters).toBe(tokenizer.characters);
    expect(tokenizer.size).toBe(9);
  });

  test("names the first character it does not know, its code point and its place", () => {
    const tokenizer = new CharacterTokenizer("abc 🐋");
    expect(() => tokenizer.encode("🐋 ab鯨x")).toThrow(TextError);
    expect(() => tokenizer.encode("🐋 ab鯨x")).toThrow(
      /"鯨" \(U\+9BE8\) at position 5 .* of the vocabulary; /,
    );
    expect(() => tokenizer.encode("a\n")).toThrow(/"\\n" \(U\+000A\) at position 2/);
  });

  test("refuses ids outside the vocabulary", () => {
    const tokenizer = new CharacterTokenizer("abc");
    expect(() => tokenizer.decode([0, 3])).toThrow("decode: id 3 is outside the vocabulary; use 0 … 2.");
    expect(() => tokenizer.decode([-1])).toThrow(/id -1/);
  });
});
