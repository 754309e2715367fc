import { WeftError } from "@weft/tensor";

/** A text in two parts. */
export interface SplitText {
  /** The part to learn from. */
  readonly training: string;
  /** The part that is held out, to measure how well a model predicts text it has not seen. */
  readonly validation: string;
}

/**
 * Cuts a text in two by Unicode code points: training first, validation last, in the order of the text.
 *
 * `|training| = ⌊n · (1 − validation)⌋` for n code points
 *
 * @param validation the share that is held out, between 0 and 1
 * @throws WeftError when the share is outside 0 … 1
 * @example
 * splitText("0123456789"); // { training: "012345678", validation: "9" }
 */
export function splitText(text: string, validation = 0.1): SplitText {
  if (!(validation >= 0 && validation <= 1)) {
    throw new WeftError(`splitText: the validation share is ${validation}; use a number between 0 and 1.`);
  }
  let total = 0;
  for (const _ of text) total++;
  // In hundred-millionths first: 1 − 0.1 is not exactly 0.9, and ⌊10 · 0.9⌋ has to be 9.
  const training = Math.floor((total * Math.round((1 - validation) * 1e8)) / 1e8);
  let cut = 0;
  let passed = 0;
  for (const character of text) {
    if (passed === training) break;
    cut += character.length;
    passed++;
  }
  return { training: text.slice(0, cut), validation: text.slice(cut) };
}
