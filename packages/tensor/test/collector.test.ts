// A GPU of infinite speed: nothing computes, buffers are never touched, and only JavaScript's collector frees them.
import { keep, memory, open, scope, Tensor, tensor } from "@weft/tensor";
import { beforeAll, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const MIB = 2 ** 20;

/** A tensor of 10 MiB, of which nothing is ever written. */
function blank(): Tensor {
  const { device } = tensor([0]);
  const size = 10 * (MIB / 4);
  return new Tensor(device, device.allocate(4 * size), "f32", { shape: [size], strides: [1], offset: 0 });
}

/** The most bytes that live in a loop of 50 MiB a step, in its second half. Unnoticed by the collector 300 steps make 15 GB. */
async function peak(step: () => void): Promise<number> {
  const x = tensor([1]);
  let most = 0;
  for (let i = 0; i < 300; i++) {
    for (let part = 0; part < 5; part++) step();
    if (i >= 150) most = Math.max(most, memory().bytes);
    await x.add(1).item();
  }
  return most / MIB;
}

it("what a loop drops is collected, though JavaScript sees none of its bytes", async () => {
  expect(await peak(() => void blank())).toBeLessThan(2048);
});

it("so is what a scope returned and what was kept", async () => {
  expect(await peak(() => void scope(blank))).toBeLessThan(2048);
  expect(await peak(() => scope(() => void keep(blank())))).toBeLessThan(2048);
});
