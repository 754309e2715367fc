import type { PooledBuffer } from "./pool.js";

/** Running totals that storages keep up to date. */
export interface Counts {
  tensors: number;
  bytes: number;
}

/** A GPU buffer shared by the tensors that view it; it is handed back with the last of them. */
export class Storage {
  readonly pooled: PooledBuffer;
  /** Counts the writes, so that a gradient rule can tell whether what it reads was changed in place since. */
  version = 0;
  readonly #counts: Counts;
  readonly #recycle: (pooled: PooledBuffer) => void;
  #tensors = 0;

  constructor(pooled: PooledBuffer, counts: Counts, recycle: (pooled: PooledBuffer) => void) {
    this.pooled = pooled;
    this.#counts = counts;
    this.#recycle = recycle;
    counts.bytes += pooled.buffer.size;
  }

  get buffer(): GPUBuffer {
    return this.pooled.buffer;
  }

  /** Whether more than one tensor views this storage. */
  get isShared(): boolean {
    return this.#tensors > 1;
  }

  /** One more tensor views this storage. */
  retain(): void {
    this.#tensors++;
    this.#counts.tensors++;
  }

  /** One tensor less. */
  release(): void {
    this.#tensors--;
    this.#counts.tensors--;
    if (this.#tensors > 0) return;
    this.#counts.bytes -= this.buffer.size;
    this.#recycle(this.pooled);
  }
}
