// How far an invocation walks along many indices, by what its kernel is launched with.
import { backward } from "@weft/autograd";
import { embedding, indexAdd, open, type Shape, scatterAdd, sum, zeros } from "@weft/tensor";
import { describe, expect, it, vi } from "vitest";
import { CHUNK, PART } from "./expected.js";

const device = await open();

/** The parameters of all dispatches of a kernel. */
function paramsOf(kernel: string, run: () => void): readonly Readonly<Record<string, number>>[] {
  const dispatch = vi.spyOn(device.queue, "dispatch");
  run();
  const calls = dispatch.mock.calls.filter(([{ name }]) => name === kernel);
  dispatch.mockRestore();
  return calls.map(([, , , params]) => params as unknown as Readonly<Record<string, number>>);
}

describe("no invocation walks far", () => {
  const shapes: readonly (readonly [index: Shape, source: Shape])[] = [
    [[8193], [8193]],
    [[16_384], [16_384, 64]],
    [[8192], [8192, 64]],
    [[513], [513]],
  ];

  it.each(shapes)("with indices %j of a source %j", (shape, own) => {
    const [index, source] = [zeros(shape, { dtype: "i32" }), zeros(own)];
    const x = zeros(own.with(0, 50));
    expect(paramsOf("scatter", () => indexAdd(x, 0, index, source))).toEqual([]);
    const sorted = paramsOf("scatterSorted", () => indexAdd(x, 0, index, source));
    const owned = paramsOf("scatterOwned", () => indexAdd(x, 0, index, source));
    expect(sorted.length + owned.length).toBeGreaterThan(0);
    // A line of 50 elements has an owner for each of them.
    for (const { count, owners } of owned) expect([count, owners]).toEqual([own[0], 50]);
  });

  it("a sum of 2²⁰ numbers goes by chunks of 256, and of their sums, and of theirs", () => {
    const [index, source] = [zeros([PART], { dtype: "i32" }), zeros([PART])];
    const levels = paramsOf("scatterSorted", () => scatterAdd(zeros([10]), 0, index, source));
    expect(levels.map(({ size }) => size)).toEqual([PART, PART / CHUNK, PART / CHUNK / CHUNK]);
  });

  it("up to 8,192 indices for whole rows take no dispatch more than a few", () => {
    const counts = [4, 512, 513, 8192].map((count) => {
      const weight = zeros([300, 8], { requiresGrad: true });
      const loss = sum(embedding(weight, zeros([count], { dtype: "i32" })));
      const before = device.queue.dispatches;
      backward(loss);
      return device.queue.dispatches - before;
    });
    expect(new Set(counts).size).toBe(1);
  });
});
