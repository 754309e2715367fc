import type { Kernel } from "@weft/kernels";
import { type FieldValues, writeFields } from "./fields.js";
import type { Pipeline } from "./pipeline.js";

/** Uniform slots lie this far apart: the largest `minUniformBufferOffsetAlignment` a device may have. */
const SLOT_BYTES = 256;
/**
 * Dispatches in one batch; with the last slot taken the batch is submitted. Few enough that the GPU works while JavaScript
 * encodes the rest of a training step, enough to share the price of a submission.
 */
const SLOTS = 32;
/**
 * Multiply-adds of one batch, about: a GPU of 100 GFLOP/s takes some tenths of a second. Systems reset a GPU that does not
 * answer for two seconds, and not all of them can look between the dispatches of a submission.
 */
export const MOST_WORK = 2 ** 33;

export type Workgroups = readonly [x: number, y: number, z: number];

/**
 * Gathers dispatches into one compute pass and submits them together: on a full batch, on a read-back, on `flush()`.
 * Parameters go through one uniform buffer with a slot for each dispatch, written once per batch.
 */
export class Queue {
  readonly #device: GPUDevice;
  readonly #uniforms: GPUBuffer;
  readonly #params = new ArrayBuffer(SLOTS * SLOT_BYTES);
  readonly #view = new DataView(this.#params);
  readonly #afterSubmit: () => void;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #slot = 0;
  #work = 0;
  #batch = 0;
  #dispatches = 0;

  constructor(device: GPUDevice, afterSubmit: () => void) {
    this.#device = device;
    this.#afterSubmit = afterSubmit;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#uniforms = device.createBuffer({ label: "params", size: SLOTS * SLOT_BYTES, usage });
  }

  /** Number of the batch that is being gathered. */
  get batch(): number {
    return this.#batch;
  }

  /** Dispatches encoded since the device was opened. */
  get dispatches(): number {
    return this.#dispatches;
  }

  /** Encodes a dispatch of `work` multiply-adds, 0 where they are few. */
  dispatch(
    kernel: Kernel,
    { pipeline, layout }: Pipeline,
    buffers: readonly GPUBufferBinding[],
    params: FieldValues,
    { workgroups, work }: { readonly workgroups: Workgroups; readonly work: number },
  ): void {
    if (this.#work + work > MOST_WORK) this.flush();
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    const entries = kernel.bindings.map(
      ({ index }, i): GPUBindGroupEntry => ({ binding: index, resource: buffers[i] as GPUBufferBinding }),
    );
    const slot = this.#slot++ * SLOT_BYTES;
    const offsets: number[] = [];
    if (kernel.paramsBytes > 0) {
      writeFields(this.#view, slot, kernel.params, params, `${kernel.file}: Params`);
      entries.push({ binding: 0, resource: { buffer: this.#uniforms, size: kernel.paramsBytes } });
      offsets.push(slot);
    }
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, this.#device.createBindGroup({ layout, entries }), offsets);
    this.#pass.dispatchWorkgroups(...workgroups);
    this.#dispatches++;
    this.#work += work;
    if (this.#slot === SLOTS) this.flush();
  }

  /** Encodes a copy after everything dispatched so far. */
  copy(
    source: GPUBuffer,
    sourceOffset: number,
    target: GPUBuffer,
    targetOffset: number,
    bytes: number,
  ): void {
    this.#pass?.end();
    this.#pass = undefined;
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#encoder.copyBufferToBuffer(source, sourceOffset, target, targetOffset, bytes);
  }

  /** Submits what was gathered. */
  flush(): void {
    if (this.#encoder === undefined) {
      this.#afterSubmit();
      return;
    }
    this.#pass?.end();
    if (this.#slot > 0)
      this.#device.queue.writeBuffer(this.#uniforms, 0, this.#params, 0, this.#slot * SLOT_BYTES);
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#encoder = undefined;
    this.#pass = undefined;
    this.#slot = 0;
    this.#work = 0;
    this.#batch++;
    this.#afterSubmit();
  }
}
