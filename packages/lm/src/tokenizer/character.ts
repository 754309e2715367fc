import { WeftError } from "@weft/tensor";
import { TextError } from "../errors.js";

/**
 * Turns text into numbers and back, one number for each Unicode code point.
 *
 * The vocabulary is every distinct code point of a text, sorted by code point; a character's id is its place there.
 *
 * @example
 * const tokenizer = new CharacterTokenizer("banana 🍌");
 * tokenizer.characters; // " abn🍌"
 * [...tokenizer.encode("nab")]; // [3, 1, 2]
 * tokenizer.decode([4, 1]); // "🍌a"
 */
export class CharacterTokenizer {
  /** The vocabulary in order: the character with id i is the i-th code point. */
  readonly characters: string;
  readonly #byId: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  /** @param text any text that has every character the vocabulary shall hold */
  constructor(text: string) {
    // Sorted by code point; plain string order would put U+1F600 before U+FFFD.
    this.#byId = [...new Set(text)].sort((a, b) => codePoint(a) - codePoint(b));
    this.#ids = new Map(this.#byId.map((character, id) => [character, id]));
    this.characters = this.#byId.join("");
  }

  /** How many different characters there are: V. */
  get size(): number {
    return this.#byId.length;
  }

  /**
   * The ids of a text's characters.
   *
   * @param name what error messages call the text
   * @throws TextError that names the first character the vocabulary lacks
   */
  encode(text: string, name = "encode"): Int32Array {
    const ids = new Int32Array(text.length); // as many code points, or fewer
    let length = 0;
    for (const character of text) {
      const id = this.#ids.get(character);
      if (id === undefined) throw new TextError(`${name}: ${this.#unknown(character, length)}`);
      ids[length++] = id;
    }
    return ids.slice(0, length);
  }

  /**
   * The text of ids.
   *
   * @throws WeftError when an id is not in the vocabulary
   */
  decode(ids: Iterable<number>): string {
    let text = "";
    for (const id of ids) {
      const character = this.#byId[id];
      if (character === undefined) {
        throw new WeftError(`decode: id ${id} is outside the vocabulary; use 0 … ${this.size - 1}.`);
      }
      text += character;
    }
    return text;
  }

  #unknown(character: string, position: number): string {
    const code = `U+${codePoint(character).toString(16).toUpperCase().padStart(4, "0")}`;
    return (
      `character ${JSON.stringify(character)} (${code}) at position ${position + 1} is not among the ` +
      `${this.size} of the vocabulary; leave it out, or train on a text that has it.`
    );
  }
}

const codePoint = (character: string): number => character.codePointAt(0) ?? 0;
