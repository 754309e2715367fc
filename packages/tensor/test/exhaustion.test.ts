// A GPU without memory. Filling a real one endangers the machine (lavapipe dies of it), so the failure is put in where
// WebGPU would tell it: the error scope answers "out of memory", and the buffer is one the GPU has refused.
import { type Device, DeviceError, open, type Tensor, tensor, zeros } from "@weft/tensor";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const LARGE = 2 ** 18; // numbers, 1 MiB
let device: Device;

beforeEach(async () => {
  device = await open();
});
afterEach(() => device.close());

/** The GPU refuses buffers of `least` bytes and more for this usage, until the function that is returned is called. */
function exhaust(least: number, usage: GPUBufferUsageFlags = GPUBufferUsage.STORAGE): () => void {
  const { gpu } = device;
  const create = gpu.createBuffer.bind(gpu);
  const pop = gpu.popErrorScope.bind(gpu);
  const push = gpu.pushErrorScope.bind(gpu);
  let refused = false;
  gpu.createBuffer = (descriptor) => {
    refused = descriptor.size >= least && (descriptor.usage & usage) !== 0;
    if (!refused) return create(descriptor);
    push("validation");
    const buffer = create({ ...descriptor, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    void pop();
    return buffer;
  };
  gpu.popErrorScope = () => {
    const answer = pop();
    if (!refused) return answer;
    refused = false;
    return answer.then(() => ({ message: "out of memory" }));
  };
  return () => Object.assign(gpu, { createBuffer: create, popErrorScope: pop });
}

const message = (tensors: number) =>
  new RegExp(
    `^the GPU has no memory for 1048576 bytes \\(1 MiB\\) more: ${tensors} tensors hold \\d+ bytes(?: \\(\\d+ MiB\\))?, and \\d+ bytes were ` +
      "spare; use a smaller batch, or scope\\(\\) to free tensors earlier, and run the step again\\.$",
  );

describe("a GPU without memory", () => {
  it("rejects every read that had begun, and the next one not", async () => {
    const small = tensor([1, 2], { device });
    const relief = exhaust(2 ** 20);
    const large = zeros([LARGE], { device });
    const reads = [large.add(1).sum(), small.add(1).sum()].map((x) => x.item());
    for (const outcome of await Promise.allSettled(reads)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "DeviceError" } });
      expect((outcome as PromiseRejectedResult).reason.message).toMatch(message(1));
    }
    relief();
    expect(await small.add(1).toArray()).toEqual([2, 3]);
    expect(await zeros([LARGE], { device }).add(1).sum().item()).toBe(LARGE);
  });

  it("rejects a read for whose copy there is no room", async () => {
    const large = zeros([LARGE], { device });
    const relief = exhaust(2 ** 20, GPUBufferUsage.MAP_READ);
    await expect(large.data()).rejects.toThrow(message(1));
    relief();
    expect((await large.data()).length).toBe(LARGE);
  });

  it("tells it to the next read, where none had begun", async () => {
    const relief = exhaust(2 ** 20);
    const large = zeros([LARGE], { device });
    relief();
    device.flush();
    await device.gpu.queue.onSubmittedWorkDone();
    await expect(tensor([1], { device }).item()).rejects.toThrow(message(0));
    expect(await tensor([1], { device }).item()).toBe(1);
    // The tensor itself stays unusable and says why.
    expect(() => large.add(1)).toThrow(message(0));
    await expect(large.data()).rejects.toThrow(message(0));
  });

  it("gives its spare buffers back, and never puts the refused one among them", async () => {
    zeros([LARGE / 2], { device }).dispose();
    expect(device.memory().pooledBytes).toBeGreaterThanOrEqual(2 ** 19);
    const relief = exhaust(2 ** 20);
    const large = zeros([LARGE], { device });
    await expect(large.data()).rejects.toThrow(DeviceError);
    large.dispose();
    relief();
    expect(device.memory()).toEqual({ tensors: 0, bytes: 0, pooledBytes: 0 });
    const again = zeros([LARGE], { device });
    expect(await again.sum().item()).toBe(0);
  });

  it("makes room before it asks for so much again", async () => {
    const relief = exhaust(2 ** 20);
    const large = zeros([LARGE], { device });
    await expect(large.data()).rejects.toThrow(DeviceError);
    large.dispose();
    relief();
    const spare: Tensor[] = Array.from({ length: 8 }, () => zeros([LARGE / 2], { device }));
    for (const x of spare) x.dispose();
    expect(device.memory().pooledBytes).toBeGreaterThan(2 ** 21);
    const again = zeros([LARGE], { device });
    expect(device.memory().pooledBytes).toBe(0);
    expect(await again.sum().item()).toBe(0);
  });
});

describe("a command that the GPU refuses", () => {
  it("rejects every read that had begun", async () => {
    const x = tensor([1], { device });
    // Larger than any buffer: for WebGPU not a lack of memory but an invalid command.
    device.gpu.createBuffer({ size: 2 ** 52, usage: GPUBufferUsage.STORAGE });
    const reads = [x.item(), x.item()];
    for (const read of reads) await expect(read).rejects.toThrow(/^the GPU refused a command: /);
    expect(await x.item()).toBe(1);
  });

  it("is never reached by a tensor that is too large", () => {
    const size = device.maxBytes + 4;
    const text = `a tensor of ${size} bytes is larger than this device binds (${device.maxBytes} bytes); split it.`;
    expect(() => device.allocate(size)).toThrow(text);
    expect(() => zeros([size / 4], { device })).toThrow(
      `zeros: shape (${size / 4}) of f32 takes ${size} bytes, and this device binds at most ${device.maxBytes}; split it.`,
    );
    expect(device.memory().tensors).toBe(0);
  });
});
