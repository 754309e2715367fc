import { WeftError } from "@weft/tensor";

/** A text that cannot be used: empty, not UTF-8, too short, or with characters that the vocabulary lacks. */
export class TextError extends WeftError {
  override name = "TextError";
}

/** A checkpoint that is truncated, corrupt, of another version, or not one at all. */
export class CheckpointError extends WeftError {
  override name = "CheckpointError";
}
