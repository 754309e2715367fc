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
  recycle(pooled: PooledBuffer): void;
  /** The storage is viewed by no tensor, and holds no other. */
  forget(storage: Storage): void;
}

/** Parts of an arena start at multiples of this many bytes, so that each can be bound by itself on every device. */
export const PART_ALIGNMENT = 256;

/**
 * GPU memory shared by the tensors that view it: a buffer of its own, handed back with the last of them, or, once it
 * was moved there, a part of another storage, its arena.
 */
export class Storage {
  /** Bytes that were asked for. */
  readonly bytes: number;
  /** Counts the writes, so that a gradient rule can tell whether what it reads was changed in place since. */
  version = 0;
  /** In debug mode the notes on the tensors that view it, oldest first. */
  readonly made = new Set<Made>();
  readonly #keeper: Keeper;
  #pooled: PooledBuffer;
  #arena: Storage | undefined;
  #start = 0;
  #tensors = 0;
  #parts = 0;
  #partBytes = 0;
  #isLoose = false;

  constructor(pooled: PooledBuffer, bytes: number, keeper: Keeper) {
    this.#pooled = pooled;
    this.bytes = bytes;
    this.#keeper = keeper;
    keeper.counts.bytes += pooled.buffer.size;
  }

  /** @throws DeviceError when the GPU had no memory for it */
  get buffer(): GPUBuffer {
    const { refusal, buffer } = this.#pooled;
    if (refusal !== undefined) throw refusal;
    return buffer;
  }

  /** Where it starts in its buffer, in bytes: 0 unless it is part of an arena. */
  get start(): number {
    return this.#start;
  }

  /** Bytes that may be bound from its start on, at least as many as were asked for. */
  get room(): number {
    if (this.#arena === undefined) return this.#pooled.buffer.size;
    return Math.ceil(Math.max(this.bytes, 1) / PART_ALIGNMENT) * PART_ALIGNMENT;
  }

  /** Bytes that would be free without it: of an arena what its parts leave. */
  get ownBytes(): number {
    return this.room - this.#partBytes;
  }

  /** The batch in which its buffer was last handed back. */
  get freedInBatch(): number {
    return this.#pooled.freedInBatch;
  }

  /** The storage that it is a part of. */
  get arena(): Storage | undefined {
    return this.#arena;
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

  /** Whether other storages lie in this one. */
  get hasParts(): boolean {
    return this.#parts > 0;
  }

  /** No scope will free it. */
  loosen(): void {
    if (this.#isLoose || this.#tensors === 0) return;
    this.#isLoose = true;
    this.#keeper.collector.grow(this.#collectable);
  }

  /** One tensor less. */
  release(made: Made | undefined): void {
    this.#tensors--;
    this.#keeper.counts.tensors--;
    if (made !== undefined) this.made.delete(made);
    this.#freeIfUnused();
  }

  /**
   * Makes it a part of `arena` from byte `start` on; whoever calls has copied what it holds. Tensors that view it, and
   * its count of writes, stay as they are. The arena's buffer lives as long as any of its parts.
   */
  moveInto(arena: Storage, start: number): void {
    this.#leave();
    this.#pooled = arena.#pooled;
    this.#arena = arena;
    this.#start = start;
    arena.#parts++;
    arena.#partBytes += this.room;
  }

  /** Bytes that JavaScript's collector would set free with the last tensor; an arena has its own. */
  get #collectable(): number {
    return this.#arena === undefined ? this.#pooled.buffer.size : 0;
  }

  #freeIfUnused(): void {
    if (this.#tensors > 0 || this.#parts > 0) return;
    this.#leave();
    this.#keeper.forget(this);
  }

  /** Gives up its buffer, or its part of one. */
  #leave(): void {
    const { counts, collector, recycle } = this.#keeper;
    if (this.#arena !== undefined) {
      this.#arena.#parts--;
      this.#arena.#partBytes -= this.room;
      this.#arena.#freeIfUnused();
      return;
    }
    const { size } = this.#pooled.buffer;
    counts.bytes -= size;
    if (this.#isLoose) collector.shrink(size);
    recycle(this.#pooled);
  }
}
