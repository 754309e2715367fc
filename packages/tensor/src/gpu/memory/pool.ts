import { DeviceError } from "../../errors.js";

/** A GPU buffer with the number of the batch in which it was last handed back. */
export interface PooledBuffer {
  readonly buffer: GPUBuffer;
  /** Work encoded in that batch may still read the buffer until the batch is submitted. */
  freedInBatch: number;
  /** Why the GPU did not give the buffer after all; it says so later than `createBuffer` returns. */
  refusal: DeviceError | undefined;
}

/** Spare bytes the pool holds on to; what comes back beyond that drives out what has waited longest. */
const SPARE_BYTES = 256 * 2 ** 20;

/** Bytes of the size class: steps of an eighth of a power of two, at least 256, so at most 1/8 is unused. */
export function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes - 1)) - 3));
  return Math.ceil(bytes / step) * step;
}

/** Reuses storage buffers by size class. */
export class Pool {
  readonly #create: (size: number) => PooledBuffer;
  readonly #limit: number;
  /** By size class; the class used longest ago comes first. */
  readonly #spare = new Map<number, PooledBuffer[]>();
  #doomed: GPUBuffer[] = [];
  #doomedBytes = 0;
  #pooledBytes = 0;

  /**
   * @param limit most bytes a buffer may have
   * @param create makes a new buffer
   */
  constructor(limit: number, create: (size: number) => PooledBuffer) {
    this.#limit = limit;
    this.#create = create;
  }

  get pooledBytes(): number {
    return this.#pooledBytes;
  }

  /** Whether as much waits to be destroyed as is kept in reserve: time for a submit. */
  get isOverfull(): boolean {
    return this.#doomedBytes > SPARE_BYTES;
  }

  /** @throws DeviceError when no buffer of this device can be this large */
  take(bytes: number): PooledBuffer {
    if (bytes > this.#limit) {
      throw new DeviceError(
        `a tensor of ${bytes} bytes is larger than this device binds (${this.#limit} bytes); split it.`,
      );
    }
    const size = Math.min(sizeClass(bytes), this.#limit);
    const spare = this.#spare.get(size);
    const pooled = spare?.pop();
    if (spare === undefined || pooled === undefined) return this.#create(size);
    this.#spare.delete(size);
    if (spare.length > 0) this.#spare.set(size, spare); // now the class used last
    this.#pooledBytes -= size;
    return pooled;
  }

  give(pooled: PooledBuffer, batch: number): void {
    const { size } = pooled.buffer;
    if (pooled.refusal !== undefined || size > SPARE_BYTES) {
      this.#doom(pooled);
      return;
    }
    pooled.freedInBatch = batch;
    const spare = this.#spare.get(size) ?? [];
    this.#spare.delete(size);
    this.#pooledBytes += size;
    while (this.#pooledBytes > SPARE_BYTES && this.#spare.size > 0) this.#evict();
    // With nothing else left to drive out, the class has all the room to itself.
    if (this.#pooledBytes > SPARE_BYTES) {
      this.#pooledBytes -= size;
      this.#doom(pooled);
    } else spare.push(pooled);
    if (spare.length > 0) this.#spare.set(size, spare);
  }

  /** Dooms all spare buffers. */
  clear(): void {
    while (this.#spare.size > 0) this.#evict();
  }

  /** Dooms a buffer of the class used longest ago. */
  #evict(): void {
    for (const [size, spare] of this.#spare) {
      const pooled = spare.pop();
      if (spare.length === 0) this.#spare.delete(size);
      if (pooled === undefined) continue;
      this.#pooledBytes -= size;
      this.#doom(pooled);
      return;
    }
  }

  #doom({ buffer }: PooledBuffer): void {
    this.#doomed.push(buffer);
    this.#doomedBytes += buffer.size;
  }

  /** Destroys what was too much. Called after a submit: a buffer may not be destroyed before work that names it. */
  trim(): void {
    for (const buffer of this.#doomed) buffer.destroy();
    this.#doomed = [];
    this.#doomedBytes = 0;
  }
}
