import { WeftError } from "@weft/tensor";

/** A file that cannot be read or written, or whose content is damaged, truncated or of a kind that Weft does not know. */
export class FileError extends WeftError {
  override name = "FileError";
}

/** Makes the error of one file: what is wrong with it, and the cure where it is not the usual one. */
export type Fail = (fault: string, cure?: string) => FileError;

/** Errors about the file called `name`. */
export const failing =
  (name: string): Fail =>
  (fault, cure = "the file is damaged or no safetensors file; get or write it again") =>
    new FileError(`${name}: ${fault}; ${cure}.`);

/** Whether a text holds half of a character, which UTF-8 cannot store: JSON lets it pass as "\\ud800". */
export const isBroken = (text: string): boolean => /\p{Surrogate}/u.test(text);

const MOST_SHOWN = 80;

/** A value of a file for a message: as JSON, in one line, and not longer than a line should be. */
export function quoted(value: unknown): string {
  const json = String(JSON.stringify(typeof value === "string" ? value.slice(0, MOST_SHOWN + 1) : value));
  return json.length <= MOST_SHOWN ? json : `${json.slice(0, MOST_SHOWN)}…`;
}
