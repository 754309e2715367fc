// A device that goes away in the middle of work: everything that waits is told, and nothing hangs.
import { parseKernel } from "@weft/kernels";
import { type Device, launch, memory, open, scope, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeEach, describe, expect, it } from "vitest";

const GONE = "the GPU device is gone: it was closed; call open() again and make the tensors anew.";
let device: Device;
beforeEach(async () => {
  device = await open();
});

/** The two ways to end a device: Weft's, which tells at once, and WebGPU's, which tells later, as a driver would. */
const endings: readonly (readonly [string, () => void])[] = [
  ["close()", () => device.close()],
  ["gpu.destroy()", () => device.gpu.destroy()],
];

/** Work that takes a while: 30 products of (256, 256). */
const work = (): Tensor =>
  scope(() => {
    let x = zeros([256, 256], { device }).add(1 / 256);
    for (let i = 0; i < 30; i++) x = x.matmul(x);
    return x.sum();
  });

async function allGone(reads: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(reads))
    expect(outcome).toMatchObject({ status: "rejected", reason: { name: "DeviceError", message: GONE } });
}

describe.each(endings)("%s", (_, end) => {
  it("rejects all pending reads, later reads, and new tensors", async () => {
    const results = Array.from({ length: 5 }, work);
    const reads = results.map((x) => x.item());
    end();
    await allGone(reads);
    await allGone(results.map((x) => x.data()));
    expect(() => zeros([2], { device })).toThrow(GONE);
    expect(() => tensor([2], { device })).toThrow(GONE);
    expect(device.isLost).toBe(true);
    expect(await device.lost).toBe("it was closed");
  });

  it("in the middle of an encoded step lets the rest of it be told", async () => {
    const x = work();
    end();
    let loss = x;
    // Before the loss is known, ops still encode, into nothing; afterwards they throw.
    const rest = (async () => {
      loss = x.add(1).mul(2);
      return loss.item();
    })();
    await allGone([rest, x.item()]);
    expect(() => x.add(1)).toThrow(GONE);
    for (const y of [x, loss]) y.dispose();
    x.dispose();
  });

  it("during a large upload", async () => {
    const x = tensor(new Float32Array(2 ** 24), { device });
    const read = x.sum().item();
    const data = x.data();
    end();
    await allGone([read, data]);
  });

  it("while kernels compile, good ones and broken ones", async () => {
    const kernelOf = (name: string, value: string) =>
      parseKernel(
        name,
        [
          "override WORKGROUP: u32 = 64;",
          "@group(0) @binding(0) var<storage, read_write> out: array<f32>;",
          `@compute @workgroup_size(WORKGROUP) fn main() { out[0] = ${value}; }`,
        ].join("\n"),
      );
    const out = zeros([1], { device });
    for (const [name, value] of [
      ["good", "1"],
      ["broken", "missing"],
    ] as const)
      launch(kernelOf(name, value), { out }, {}, { invocations: 1 });
    const reads = [out.data(), out.item()];
    end();
    await allGone(reads);
  });

  it("leaves its place to the next device that is opened", async () => {
    end();
    await device.lost;
    device = await open();
    expect(await zeros([2]).add(1).toArray()).toEqual([1, 1]);
    expect(zeros([1]).device).toBe(device);
    expect(memory()).toEqual(device.memory());
    device.close();
  });
});

it("a device closed twice stays closed", async () => {
  device.close();
  device.close();
  expect(await device.lost).toBe("it was closed");
});
