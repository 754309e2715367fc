// Ambient state: which part of a program is running, such as a module whose forward runs.
import { Ambient } from "@weft/tensor";

/** A part of a program that is running. */
export interface Place {
  /** Its name from the outermost part inwards, such as `LanguageModel.decoder`. */
  readonly path: string;
}

const place = new Ambient<Place | undefined>(undefined);

/**
 * The part that is running, if one said so.
 *
 * @example
 * currentPlace(); // undefined
 */
export const currentPlace = (): Place | undefined => place.value;

/**
 * Runs a synchronous body as a part of the program: `detectAnomaly` names it. Modules do so by themselves.
 *
 * @example
 * withPlace({ path: "warm-up" }, () => currentPlace().path); // "warm-up"
 */
export const withPlace = <T>(inside: Place | undefined, body: () => T): T => place.run(inside, body);
