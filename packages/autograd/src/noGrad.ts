import { withRecording } from "@weft/tensor";

/**
 * Runs a synchronous body without noting calls: its results have no history, and nothing is kept for gradients.
 *
 * @example
 * const x = tensor([2], { requiresGrad: true });
 * noGrad(() => square(x)).requiresGrad; // false
 */
export function noGrad<T>(body: () => T extends PromiseLike<unknown> ? never : T): T {
  return withRecording(false, body);
}
