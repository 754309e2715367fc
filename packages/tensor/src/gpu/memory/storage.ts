import type { DType } from "../../dtype.js";
import type { Shape } from "../../shape.js";
import type { Collector } from "./collector.js";
import type { PooledBuffer } from "./pool.js";

/** Running totals that storages keep up to date. */
export interface Counts {
  tensors: number;
  bytes: number;
}

/** What is noted in debug mode about a tensor that lives, without holding the tensor itself. */
export interface Made {
  /** `file:line:column` of the user's code that made it. */
  readonly line: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a storage tells its device. */
export interface Keeper {
  readonly counts: Counts;
  readonly collector: Collector;
  /** Takes the buffer back, when no tensor views the storage any more. */
  recycle(storage: Storage): void;
}

/** A GPU buffer shared by the tensors that view it; it is handed back with the last of them. */
export class Storage {
  readonly pooled: PooledBuffer;
  /** Counts the writes, so that a gradient rule can tell whether what it reads was changed in place since. */
  version = 0;
  /** In debug mode the notes on the tensors that view it, oldest first. */
  readonly made = new Set<Made>();
  readonly #keeper: Keeper;
  #tensors = 0;
  #isLoose = false;

  constructor(pooled: PooledBuffer, keeper: Keeper) {
    this.pooled = pooled;
    this.#keeper = keeper;
    keeper.counts.bytes += pooled.buffer.size;
  }

  /** @throws DeviceError when the GPU had no memory for it */
  get buffer(): GPUBuffer {
    if (this.pooled.refusal !== undefined) throw this.pooled.refusal;
    return this.pooled.buffer;
  }

  /** Whether more than one tensor views this storage. */
  get isShared(): boolean {
    return this.#tensors > 1;
  }

  /** One more tensor views this storage. */
  retain(made: Made | undefined): void {
    this.#tensors++;
    this.#keeper.counts.tensors++;
    if (made !== undefined) this.made.add(made);
  }

  /** No scope will free it. */
  loosen(): void {
    if (this.#isLoose || this.#tensors === 0) return;
    this.#isLoose = true;
    this.#keeper.collector.grow(this.pooled.buffer.size);
  }

  /** One tensor less. */
  release(made: Made | undefined): void {
    const { counts, collector } = this.#keeper;
    const { size } = this.pooled.buffer;
    this.#tensors--;
    counts.tensors--;
    if (made !== undefined) this.made.delete(made);
    if (this.#tensors > 0) return;
    counts.bytes -= size;
    if (this.#isLoose) collector.shrink(size);
    this.#keeper.recycle(this);
  }
}
