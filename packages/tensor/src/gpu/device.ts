import type { Kernel, Knobs } from "@weft/kernels";
import { requestAdapter } from "#adapter";
import { DeviceError } from "../errors.js";
import type { AdapterChoice, AdapterPreference } from "./adapter.js";
import { type AdapterInfo, describe } from "./info.js";
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
  #checks: Promise<DeviceError | undefined>[] = [];
  #failure: DeviceError | undefined;
  #refusal: DeviceError | undefined;

  constructor(gpu: GPUDevice, info: AdapterInfo) {
    this.gpu = gpu;
    this.info = info;
    const { subgroupMinSize: min = 0, subgroupMaxSize: max = 0 } = gpu.adapterInfo;
    // A subgroup of fewer than 4 lanes cannot hand round what the kernels share in it.
    this.subgroups = gpu.features.has("subgroups") && min >= 4 ? { min, max } : undefined;
    this.#pool = new Pool(gpu);
    this.#pipelines = new Pipelines(gpu, (check) => this.#checks.push(check));
    this.queue = new Queue(gpu, () => this.#pool.trim());
    this.lost = gpu.lost.then(({ reason, message }) => {
      const why =
        reason === "destroyed" ? "it was closed" : message.split("\n")[0] || "the driver gave no reason";
      this.#failure = new DeviceError(
        `the GPU device is gone: ${why}; call open() again and make the tensors anew.`,
      );
      return why;
    });
    gpu.onuncapturederror = (event) => {
      event.preventDefault(); // the message goes to whoever reads next, not to the console
      this.#refusal ??= new DeviceError(`the GPU refused a command: ${event.error.message.split("\n")[0]}`);
    };
  }

  /** Takes a buffer for at least this many bytes. */
  allocate(bytes: number): Storage {
    if (this.#failure !== undefined) throw this.#failure;
    return new Storage(this.#pool.take(bytes), this.#counts, (pooled) =>
      this.#pool.give(pooled, this.queue.batch),
    );
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
    if (this.#failure !== undefined) throw this.#failure;
    if (bytes === 0) return new ArrayBuffer(0);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = this.gpu.createBuffer({ label: "read", size: bytes, usage });
    this.queue.copy(storage.buffer, offset, staging, 0, bytes);
    this.queue.flush();
    try {
      await staging.mapAsync(GPUMapMode.READ);
      await this.#settleChecks();
      return staging.getMappedRange().slice(0);
    } catch (error) {
      await this.#settleChecks();
      throw this.#failure ?? error;
    } finally {
      staging.destroy();
    }
  }

  async #settleChecks(): Promise<void> {
    const checks = this.#checks;
    this.#checks = [];
    // A kernel that does not compile comes first: what the GPU refuses afterwards follows from it.
    for (const failure of await Promise.all(checks)) this.#failure ??= failure;
    this.#failure ??= this.#refusal;
    if (this.#failure !== undefined) throw this.#failure;
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
    if (defaultDevice === this) defaultDevice = undefined;
    this.gpu.destroy();
  }
}

let defaultDevice: Device | undefined;

export interface OpenOptions {
  /** `"system"` or `"embedded"` insists on one kind of driver (Node); without it the fastest found is taken. */
  readonly adapter?: AdapterPreference;
}

/**
 * Opens a GPU: `navigator.gpu` in a browser; in Node the system's driver or, where there is none, the embedded
 * software adapter. The first device opened serves every tensor that names no other.
 *
 * @throws DeviceError that says what to install when no adapter is found
 * @example
 * const device = await open();
 * device.memory().bytes >= 0; // true
 */
export async function open(options: OpenOptions = {}): Promise<Device> {
  const choice = await requestAdapter(options.adapter);
  const gpu = await requestDevice(choice);
  choice.closeAtExit(gpu);
  const device = new Device(gpu, describe(choice));
  defaultDevice ??= device;
  return device;
}

/** Features that kernels use where the adapter has them. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ["subgroups"];

/** Asks for the adapter's own limits where they exceed WebGPU's defaults. */
async function requestDevice({ adapter }: AdapterChoice): Promise<GPUDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const requiredFeatures = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({
    requiredFeatures,
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
}

/** The device of tensors that name no other. */
export function currentDevice(): Device {
  if (defaultDevice === undefined) throw new DeviceError("no GPU is open; call `await open()` first.");
  return defaultDevice;
}

/**
 * What lives on the default device: live tensors and their bytes, and the bytes of spare buffers.
 *
 * @example
 * const before = memory().tensors;
 * const x = zeros([256]);
 * memory().tensors - before; // 1
 */
export const memory = (): Memory => currentDevice().memory();
