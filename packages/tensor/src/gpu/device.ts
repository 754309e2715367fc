import type { Kernel, Knobs } from "@weft/kernels";
import { Failures } from "./failures.js";
import type { AdapterInfo } from "./info.js";
import { type Pipeline, Pipelines } from "./pipeline.js";
import { Pool } from "./pool.js";
import { Queue } from "./queue.js";
import { type Counts, Storage } from "./storage.js";

/** What lives on a device: tensors and their bytes, and the spare bytes that wait in the pool. */
export interface Memory {
  readonly tensors: number;
  readonly bytes: number;
  readonly pooledBytes: number;
}

/** An opened GPU with its queue, its pool of buffers and its compiled kernels. Made by `open()`. */
export class Device {
  readonly gpu: GPUDevice;
  readonly info: AdapterInfo;
  readonly queue: Queue;
  /** Lanes a subgroup may have, where kernels may use subgroups. */
  readonly subgroups: { readonly min: number; readonly max: number } | undefined;
  /** Settles with the reason when the device is gone. */
  readonly lost: Promise<string>;
  readonly #pool: Pool;
  readonly #pipelines: Pipelines;
  readonly #counts: Counts = { tensors: 0, bytes: 0 };
  readonly #failures = new Failures();

  constructor(gpu: GPUDevice, info: AdapterInfo) {
    this.gpu = gpu;
    this.info = info;
    // adapterInfo is younger than WebGPU: a browser may lack it.
    const adapterInfo: Partial<GPUAdapterInfo> = gpu.adapterInfo ?? {};
    const { subgroupMinSize: min = 0, subgroupMaxSize: max = 0 } = adapterInfo;
    // A subgroup of fewer than 4 lanes cannot hand round what the kernels share in it.
    this.subgroups = gpu.features.has("subgroups") && min >= 4 ? { min, max } : undefined;
    this.#pool = new Pool(gpu);
    this.#pipelines = new Pipelines(gpu, (compilation) => this.#failures.watch(compilation));
    this.queue = new Queue(gpu, () => this.#pool.trim());
    this.lost = gpu.lost.then(({ reason, message }) => {
      const why =
        reason === "destroyed" ? "it was closed" : message.split("\n")[0] || "the driver gave no reason";
      this.#failures.lose(why);
      return why;
    });
    gpu.onuncapturederror = (event) => {
      event.preventDefault(); // the message goes to whoever reads next, not to the console
      this.#failures.refuse(event.error.message);
    };
  }

  /** Takes a buffer for at least this many bytes. */
  allocate(bytes: number): Storage {
    this.#failures.throwIfLost();
    return new Storage(this.#pool.take(bytes), this.#counts, (pooled) => {
      this.#pool.give(pooled, this.queue.batch);
      if (this.#pool.isOverfull) this.queue.flush();
    });
  }

  /** Writes bytes into a fresh storage. */
  upload(storage: Storage, data: ArrayBufferView<ArrayBuffer>): void {
    // The write goes ahead of the batch being gathered, which may still read the buffer's former content.
    if (storage.pooled.freedInBatch === this.queue.batch) this.queue.flush();
    this.gpu.queue.writeBuffer(storage.buffer, 0, data.buffer, data.byteOffset, data.byteLength);
  }

  /** The compiled kernel for these knobs, compiled at the first call. */
  pipeline(kernel: Kernel, knobs: Knobs): Pipeline {
    return this.#pipelines.get(kernel, knobs);
  }

  /** Copies bytes of a storage to the host, after all work encoded so far. */
  async read(storage: Storage, offset: number, bytes: number): Promise<ArrayBuffer> {
    this.#failures.throwIfLost();
    if (bytes === 0) return new ArrayBuffer(0);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = this.gpu.createBuffer({ label: "read", size: bytes, usage });
    this.queue.copy(storage.buffer, offset, staging, 0, bytes);
    this.queue.flush();
    try {
      await staging.mapAsync(GPUMapMode.READ);
      await this.#failures.settle();
      return staging.getMappedRange().slice(0);
    } catch (error) {
      await this.#failures.settle(); // says why, if it is known
      throw error;
    } finally {
      staging.destroy();
    }
  }

  /** Whether the device was closed, or lost by its driver. */
  get isLost(): boolean {
    return this.#failures.isLost;
  }

  /** Submits all encoded work without waiting for it. */
  flush(): void {
    this.queue.flush();
  }

  memory(): Memory {
    return { ...this.#counts, pooledBytes: this.#pool.pooledBytes };
  }

  /** Ends the device: its tensors can no longer be read. */
  close(): void {
    this.#failures.lose("it was closed");
    this.gpu.destroy();
  }
}
