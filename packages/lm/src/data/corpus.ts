import { TextError } from "../errors.js";
import { splitText } from "../text/split.js";
import { CharacterTokenizer } from "../tokenizer/character.js";

/** A text ready for training: its vocabulary, and the ids of its two parts. */
export interface Corpus {
  readonly tokenizer: CharacterTokenizer;
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Makes a text ready for training: the vocabulary of the whole text, the first 90 % to train on, the rest held out.
 *
 * The vocabulary is that of both parts (as usual for character models), so that every held-out character has an id.
 *
 * @param options.validation the share that is held out
 * @param options.name what error messages call the text
 * @throws TextError when the held-out part has fewer than 2 characters: nothing could be predicted there
 * @example
 * const { tokenizer, training, validation } = corpusOf("0123456789".repeat(2));
 * [tokenizer.size, training.length, validation.length]; // [10, 18, 2]
 */
export function corpusOf(text: string, options: { validation?: number; name?: string } = {}): Corpus {
  const parts = splitText(text, options.validation);
  const tokenizer = new CharacterTokenizer(text);
  const [training, validation] = [tokenizer.encode(parts.training), tokenizer.encode(parts.validation)];
  if (validation.length < 2) {
    throw new TextError(
      `${options.name ?? "corpus"}: ${training.length + validation.length} characters leave ${validation.length} to hold out for ` +
        "validation, and at least 2 are needed; use a longer text.",
    );
  }
  return { tokenizer, training, validation };
}
