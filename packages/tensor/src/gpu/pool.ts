import { DeviceError } from "../errors.js";

/** A GPU buffer with the number of the batch in which it was last handed back. */
export interface PooledBuffer {
  readonly buffer: GPUBuffer;
  /** Work encoded in that batch may still read the buffer until the batch is submitted. */
  freedInBatch: number;
}

/** Spare bytes the pool holds on to; what comes back beyond that is destroyed. */
const SPARE_BYTES = 256 * 2 ** 20;

/** Bytes of the size class: steps of an eighth of a power of two, at least 256, so at most 1/8 is unused. */
export function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes - 1)) - 3));
  return Math.ceil(bytes / step) * step;
}

/** Reuses storage buffers by size class. */
export class Pool {
  readonly #device: GPUDevice;
  readonly #spare = new Map<number, PooledBuffer[]>();
  #doomed: GPUBuffer[] = [];
  #doomedBytes = 0;
  #pooledBytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
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
    const size = sizeClass(bytes);
    const spare = this.#spare.get(size)?.pop();
    if (spare !== undefined) {
      this.#pooledBytes -= size;
      return spare;
    }
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (bytes > limit) {
      throw new DeviceError(
        `a tensor of ${bytes} bytes is larger than this device binds (${limit} bytes); split it.`,
      );
    }
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return { buffer: this.#device.createBuffer({ size: Math.min(size, limit), usage }), freedInBatch: -1 };
  }

  give(pooled: PooledBuffer, batch: number): void {
    const size = pooled.buffer.size;
    if (this.#pooledBytes + size > SPARE_BYTES) {
      this.#doomed.push(pooled.buffer);
      this.#doomedBytes += size;
      return;
    }
    pooled.freedInBatch = batch;
    const spare = this.#spare.get(size);
    if (spare === undefined) this.#spare.set(size, [pooled]);
    else spare.push(pooled);
    this.#pooledBytes += size;
  }

  /** Destroys what was too much. Called after a submit: a buffer may not be destroyed before work that names it. */
  trim(): void {
    for (const buffer of this.#doomed) buffer.destroy();
    this.#doomed = [];
    this.#doomedBytes = 0;
  }
}
