import { TextError } from "../errors.js";
import { cleanText } from "./clean.js";

/**
 * The text that bytes hold, read as strict UTF-8 and cleaned (see `cleanText`).
 *
 * @param name what error messages call these bytes, a file name for instance
 * @throws TextError when there is no text, when a byte is 0 (binary, or UTF-16), or when the bytes are not UTF-8
 * @example
 * decodeText(new Uint8Array([0xe9, 0xaf, 0xa8])); // "鯨"
 */
export function decodeText(bytes: Uint8Array, name = "text"): string {
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    throw new TextError(
      `${name}: byte 0 at offset ${zero}, so this is binary or UTF-16; give a text saved as UTF-8.`,
    );
  }
  let text: string;
  try {
    text = cleanText(strictDecoder().decode(bytes));
  } catch {
    throw new TextError(
      `${name}: not UTF-8 at byte offset ${invalidOffset(bytes)}; convert it first (iconv -f LATIN1 -t UTF-8, for instance).`,
    );
  }
  if (text === "") throw new TextError(`${name}: the text is empty; give one with characters in it.`);
  return text;
}

const strictDecoder = () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where the first broken character begins: chunk by chunk first, then byte by byte inside the chunk that fails. */
function invalidOffset(bytes: Uint8Array): number {
  const chunk = 1 << 16;
  const decoder = strictDecoder();
  let begin = 0;
  for (let offset = 0; offset < bytes.length; offset += chunk) {
    // No chunk may begin inside a character, which is where its last bytes 10xxxxxx are.
    begin = offset;
    while (begin > Math.max(0, offset - 3) && ((bytes[begin] ?? 0) & 0xc0) === 0x80) begin--;
    try {
      decoder.decode(bytes.subarray(offset, offset + chunk), { stream: true });
    } catch {
      break;
    }
  }
  const single = strictDecoder();
  try {
    for (let offset = begin; offset < bytes.length; offset++) {
      if (single.decode(bytes.subarray(offset, offset + 1), { stream: true }) !== "") begin = offset + 1;
    }
  } catch {
    // `begin` is where the character started that this byte does not continue.
  }
  return begin;
}
