import { kernels } from "@weft/kernels";
import { type Device, full, keep, launch, memory, open, scope, Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

let device: Device;
beforeAll(async () => {
  device = await open();
});

/** 1000 numbers, in a buffer of a size that no other test uses. */
const thousand = (value: number): Tensor => tensor(new Float32Array(1000).fill(value));
const distinct = async (x: Tensor): Promise<number[]> => [...new Set(await x.data())];

describe("the queue", () => {
  it("gives every dispatch of many batches its own parameters", async () => {
    const first = device.queue.batch;
    const tensors = Array.from({ length: 600 }, (_, i) => full([2], i));
    expect(device.queue.batch).toBeGreaterThan(first + 1);
    const read = await Promise.all(tensors.map((x) => x.data()));
    expect(read.map(([value]) => value)).toEqual(tensors.map((_, i) => i));
  });

  it("submits a batch with the dispatch that fills it", () => {
    device.flush();
    const { batch, dispatches } = device.queue;
    const tensors: Tensor[] = [];
    while (device.queue.batch === batch) tensors.push(full([2], tensors.length));
    expect(device.queue.dispatches - dispatches).toBe(32);
    expect(tensors).toHaveLength(32);
  });

  it("submits in parts what keeps a GPU busy for long", async () => {
    device.flush();
    const { batch } = device.queue;
    const out = zeros([4]);
    const heavy = (work: number, bits: number) =>
      launch(kernels.fill, { out }, { bits, size: 4 }, { invocations: 4, work });
    heavy(2 ** 32, 1);
    heavy(2 ** 32, 2);
    expect(device.queue.batch - batch).toBe(0); // as much as a batch may be
    heavy(1, 3);
    expect(device.queue.batch - batch).toBe(1);
    heavy(2 ** 40, 4); // alone, however much it is
    heavy(0, 0x40a00000);
    expect(device.queue.batch - batch).toBe(3);
    expect(await out.toArray()).toEqual([5, 5, 5, 5]);
  });

  it("submits before an upload into a buffer that encoded work reads", async () => {
    device.flush();
    const x = thousand(1);
    const { buffer } = x.storage;
    const twice = x.mul(2); // encoded, not submitted
    x.dispose();
    const y = thousand(50);
    expect(y.storage.buffer).toBe(buffer);
    expect([await distinct(twice), await distinct(y)]).toEqual([[2], [50]]);
  });

  it("does so when the buffer passed through another tensor of the batch", async () => {
    device.flush();
    const x = thousand(1);
    const { buffer } = x.storage;
    const twice = x.mul(2);
    x.dispose();
    const filled = full([1000], 7);
    expect(filled.storage.buffer).toBe(buffer);
    const eight = filled.add(1);
    filled.dispose();
    const y = thousand(50);
    expect(y.storage.buffer).toBe(buffer);
    expect(await Promise.all([twice, eight, y].map(distinct))).toEqual([[2], [8], [50]]);
  });

  it("mixes nothing up where scopes upload, compute and free in turn", async () => {
    const results: Tensor[] = [];
    for (let i = 0; i < 50; i++)
      scope(
        () =>
          void results.push(
            keep(
              tensor([i, i, i])
                .mul(10)
                .add(tensor([1, 2, 3])),
            ),
          ),
      );
    const read = await Promise.all(results.map((x) => x.toArray()));
    expect(read).toEqual(results.map((_, i) => [10 * i + 1, 10 * i + 2, 10 * i + 3]));
  });

  it("reads a tensor as it was when the read began", async () => {
    const x = tensor([1, 2, 3]);
    const reads = [x.toArray(), x.add(1).toArray(), x.sum().item(), x.sum().item()];
    expect(await Promise.all(reads)).toEqual([[1, 2, 3], [2, 3, 4], 6, 6]);
  });

  it("destroys what the pool has no room for only after its batch", async () => {
    // 5 times 64 MiB are more than the pool holds on to; the sums read 4 bytes of each.
    const size = 2 ** 24;
    const blank = () =>
      new Tensor(device, device.allocate(4 * size), "f32", { shape: [size], strides: [1], offset: 0 });
    const large = Array.from({ length: 5 }, blank);
    const sums = large.map((x) => x.slice(0, -1).sum());
    for (const x of large) x.dispose();
    expect(memory().pooledBytes).toBeLessThanOrEqual(2 ** 28);
    expect(await Promise.all(sums.map((x) => x.item()))).toEqual([0, 0, 0, 0, 0]);
    expect(await tensor([4]).add(1).item()).toBe(5);
  });
});
