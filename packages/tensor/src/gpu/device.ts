import type { Kernel, Knobs } from "@weft/kernels";
import { checkOptions } from "../checks/checkArguments.js";
import { DeviceError } from "../errors.js";
import { Failures } from "./failures.js";
import type { AdapterInfo } from "./info.js";
import { Collector } from "./memory/collector.js";
import { linesOf, type MemoryLine } from "./memory/makers.js";
import { Pool, type PooledBuffer } from "./memory/pool.js";
import { type Counts, type Keeper, Storage } from "./memory/storage.js";
import { type Pipeline, Pipelines } from "./pipeline.js";
import { Queue } from "./queue.js";

/** What lives on a device: tensors and their bytes, and the spare bytes that wait in the pool. */
export interface Memory {
  readonly tensors: number;
  readonly bytes: number;
  readonly pooledBytes: number;
}

/** The same, with the lines of code that made the live tensors. */
export interface MemoryWithLines extends Memory {
  readonly lines: readonly MemoryLine[];
}

const MIB = 2 ** 20;

/** An opened GPU with its queue, its pool of buffers and its compiled kernels. Made by `open()`. */
export class Device {
  readonly gpu: GPUDevice;
  readonly info: AdapterInfo;
  /** What was found to run faster here, by what was asked. */
  readonly measured = new Map<string, string>();
  readonly queue: Queue;
  /** Knobs of kernels that use subgroups, where they may: lanes of a workgroup, and whether a subgroup may have only 4. */
  readonly subgroups: { readonly WORKGROUP: number; readonly NARROW: 0 | 1 } | undefined;
  /** Settles with the reason when the device is gone. */
  readonly lost: Promise<string>;
  /** Whether the line that makes a tensor is noted. */
  readonly debug: boolean;
  /** Most bytes a tensor's buffer may have. */
  readonly maxBytes: number;
  readonly #pool: Pool;
  readonly #pipelines: Pipelines;
  readonly #counts: Counts = { tensors: 0, bytes: 0 };
  readonly #failures = new Failures();
  readonly #keeper: Keeper;
  /** In debug mode all storages that tensors view. */
  readonly #storages = new Set<Storage>();
  /** Bytes, live and spare, at which the GPU once had no more. */
  #ceiling = Number.POSITIVE_INFINITY;

  constructor(gpu: GPUDevice, info: AdapterInfo, options: { readonly debug?: boolean } = {}) {
    checkOptions("Device", options, ["debug"]);
    const { debug = false } = options;
    this.gpu = gpu;
    this.info = info;
    this.debug = debug;
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.limits;
    // In whole numbers of four bytes, as copies take them.
    this.maxBytes = Math.floor(Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4) * 4;
    // adapterInfo is younger than WebGPU: a browser may lack it.
    const adapterInfo: Partial<GPUAdapterInfo> = gpu.adapterInfo ?? {};
    const { subgroupMinSize: min = 0, subgroupMaxSize: max = 0 } = adapterInfo;
    // A subgroup of fewer than 4 lanes cannot hand round what the kernels share in it.
    const hasSubgroups = gpu.features.has("subgroups") && min >= 4;
    const WORKGROUP = Math.max(8, Math.min(max, 64));
    this.subgroups = hasSubgroups ? { WORKGROUP, NARROW: min < 8 ? 1 : 0 } : undefined;
    this.#pool = new Pool(this.maxBytes, (size) => this.#createPooled(size));
    this.#keeper = {
      counts: this.#counts,
      collector: new Collector(),
      recycle: (pooled) => this.#recycle(pooled),
      forget: (storage) => this.#storages.delete(storage),
    };
    this.#pipelines = new Pipelines(gpu, (compilation) => this.#failures.watch("compilation", compilation));
    this.queue = new Queue(gpu, () => this.#pool.trim());
    this.lost = gpu.lost.then(({ reason, message }) => {
      const why =
        reason === "destroyed" ? "it was closed" : message.split("\n")[0] || "the driver gave no reason";
      this.#failures.lose(why);
      return why;
    });
    gpu.onuncapturederror = (event) => {
      event.preventDefault(); // the message goes to whoever reads next, not to the console
      const [reason] = event.error.message.split("\n");
      this.#failures.fail("refusal", new DeviceError(`the GPU refused a command: ${reason}`));
    };
  }

  /**
   * Takes a buffer for at least this many bytes.
   *
   * @throws DeviceError when the device is gone, or no buffer of it can be this large
   */
  allocate(bytes: number): Storage {
    this.#failures.throwIfLost();
    const storage = new Storage(this.#pool.take(bytes), bytes, this.#keeper);
    if (this.debug) this.#storages.add(storage);
    return storage;
  }

  #createPooled(size: number): PooledBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const onRefused = (why: DeviceError): void => {
      pooled.refusal = why;
    };
    const pooled: PooledBuffer = {
      buffer: this.#createBuffer({ size, usage }, onRefused),
      freedInBatch: -1,
      refusal: undefined,
    };
    return pooled;
  }

  /**
   * WebGPU returns a buffer at once and tells later that there was no memory for it. By then it may stand in encoded
   * work, so this buffer cannot be asked for again: whoever reads hears of it, and the next step finds more room.
   */
  #createBuffer(descriptor: GPUBufferDescriptor, onRefused: (why: DeviceError) => void): GPUBuffer {
    const { size } = descriptor;
    if (this.#counts.bytes + this.#pool.pooledBytes + size >= this.#ceiling) this.#releaseSpare();
    const { tensors, bytes, pooledBytes } = this.memory();
    const check = async (refused: Promise<GPUError | null>): Promise<DeviceError | undefined> => {
      if ((await refused) === null) return undefined;
      this.#ceiling = Math.min(this.#ceiling, bytes + pooledBytes + size);
      this.#releaseSpare();
      const why = new DeviceError(
        `the GPU has no memory for ${inMiB(size)} more: ${tensors} tensors hold ${inMiB(bytes)}, and ${inMiB(pooledBytes)} were spare; ` +
          "use a smaller batch, or scope() to free tensors earlier, and run the step again.",
      );
      onRefused(why);
      return why;
    };
    this.gpu.pushErrorScope("out-of-memory");
    const buffer = this.gpu.createBuffer(descriptor);
    this.#failures.watch("exhaustion", check(this.gpu.popErrorScope()));
    return buffer;
  }

  /** Gives spare buffers back to the GPU, when the work that names them is submitted. */
  #releaseSpare(): void {
    this.#pool.clear();
    this.queue.flush();
  }

  #recycle(pooled: PooledBuffer): void {
    this.#pool.give(pooled, this.queue.batch);
    if (this.#pool.isOverfull) this.queue.flush();
  }

  /** Writes bytes into a fresh storage. */
  upload(storage: Storage, data: ArrayBufferView<ArrayBuffer>): void {
    // The write goes ahead of the batch being gathered, which may still read the buffer's former content.
    if (storage.freedInBatch === this.queue.batch) this.queue.flush();
    this.gpu.queue.writeBuffer(storage.buffer, storage.start, data.buffer, data.byteOffset, data.byteLength);
  }

  /** The compiled kernel for these knobs, compiled at the first call. */
  pipeline(kernel: Kernel, knobs: Knobs): Pipeline {
    return this.#pipelines.get(kernel, knobs);
  }

  /** Copies bytes of a storage to the host, after all work encoded so far. */
  read(storage: Storage, offset: number, bytes: number): Promise<ArrayBuffer> {
    return this.#failures.reading(async () => {
      if (bytes === 0) return new ArrayBuffer(0);
      const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
      const staging = this.#createBuffer({ label: "read", size: bytes, usage }, () => {});
      this.queue.copy(storage.buffer, storage.start + offset, staging, 0, bytes);
      this.queue.flush();
      try {
        await staging.mapAsync(GPUMapMode.READ);
        return staging.getMappedRange().slice(0);
      } finally {
        staging.destroy();
      }
    });
  }

  /** Whether the device was closed, or lost by its driver. */
  get isLost(): boolean {
    return this.#failures.isLost;
  }

  /** Submits all encoded work without waiting for it. */
  flush(): void {
    this.queue.flush();
  }

  /**
   * What lives on this device; with `lines` also which lines of code made it, most bytes first.
   *
   * @throws DeviceError when lines are asked for and the device was not opened in debug mode
   */
  memory(options: { readonly lines: true }): MemoryWithLines;
  memory(options?: { readonly lines?: false }): Memory;
  memory(options: { readonly lines?: boolean } = {}): Memory | MemoryWithLines {
    checkOptions("memory", options, ["lines"]);
    const { lines = false } = options;
    const memory = { ...this.#counts, pooledBytes: this.#pool.pooledBytes };
    if (!lines) return memory;
    if (!this.debug) {
      throw new DeviceError(
        "memory: no lines were noted; use open({ debug: true }), or set WEFT_DEBUG=1, before tensors are made.",
      );
    }
    return { ...memory, lines: linesOf(this.#storages) };
  }

  /** Ends the device: its tensors can no longer be read. */
  close(): void {
    this.#failures.lose("it was closed");
    this.gpu.destroy();
  }
}

const inMiB = (bytes: number): string =>
  bytes < MIB ? `${bytes} bytes` : `${bytes} bytes (${(bytes / MIB).toFixed(0)} MiB)`;
