/** Loose bytes that may gather before JavaScript's collector is told. */
const TELL_AT = 64 * 2 ** 20;
/** Bytes it is told of: V8 begins a full collection after 64 MiB of external memory, and hurries after twice that. */
const TOLD = 128 * 2 ** 20;

/**
 * Tells JavaScript's collector about memory it does not see: a Tensor is a small object, whatever it holds on the GPU.
 *
 * Loose bytes are those no scope will free. Whenever 64 MiB more of them are live, an ArrayBuffer is made and dropped; it
 * counts as memory of JavaScript's own, so that a collection begins. Its pages are never written to, so none become
 * resident. See docs/decisions/011.
 */
export class Collector {
  #loose = 0;
  #lowest = 0;

  /** Bytes came to live that no scope will free. */
  grow(bytes: number): void {
    this.#loose += bytes;
    if (this.#loose - this.#lowest < TELL_AT) return;
    this.#lowest = this.#loose;
    try {
      new ArrayBuffer(TOLD);
    } catch {
      // Where so much is not to be had, the failure itself made the collector run.
    }
  }

  /** Such bytes were freed. */
  shrink(bytes: number): void {
    this.#loose -= bytes;
    this.#lowest = Math.min(this.#lowest, this.#loose);
  }
}
