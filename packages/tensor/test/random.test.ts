import "@weft/autograd";
import { dropout, Generator, normal, ones, open, sum, uniform } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const N = 100_000;
const moments = (data: ArrayLike<number>) => {
  const values = Array.from(data);
  const mean = values.reduce((total, v) => total + v, 0) / values.length;
  return { mean, variance: values.reduce((total, v) => total + (v - mean) ** 2, 0) / values.length };
};

describe("Generator", () => {
  it("gives Threefry-2x32's published number for key 0 and counter 0", async () => {
    const [first] = await uniform([1], { generator: new Generator(0) }).data();
    expect(first).toBe((0x6b200159 >>> 8) / 2 ** 24);
  });

  it("repeats a seed, goes on from a saved state, and never repeats itself", async () => {
    const generator = new Generator(7);
    const first = await uniform([5], { generator }).data();
    const { state } = generator;
    const second = await uniform([5], { generator }).data();
    generator.state = state;
    expect(await uniform([5], { generator }).data()).toEqual(second);
    expect(await uniform([5], { generator: new Generator(7) }).data()).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it("spreads uniform numbers evenly over [low, high)", async () => {
    const data = await uniform([N], { generator: new Generator(1), low: -1, high: 3 }).data();
    const { mean, variance } = moments(data);
    expect(mean).toBeCloseTo(1, 1.5);
    expect(variance).toBeCloseTo(16 / 12, 1.5);
    expect(Math.min(...data.subarray(0, 1000))).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...data.subarray(0, 1000))).toBeLessThan(3);
  });

  it("draws normal numbers of the given mean and deviation", async () => {
    const { mean, variance } = moments(
      await normal([N], { generator: new Generator(2), mean: 1, std: 2 }).data(),
    );
    expect(mean).toBeCloseTo(1, 1.5);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1.5);
  });
});

describe("dropout", () => {
  it("drops a share p, scales the rest, and passes gradients through the same mask", async () => {
    const x = ones([N], { requiresGrad: true });
    const y = dropout(x, 0.25, new Generator(3));
    sum(y).backward();
    const data = await y.data();
    expect(new Set(data)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(data.filter((v) => v === 0).length / N).toBeCloseTo(0.25, 2);
    expect(await x.grad?.data()).toEqual(data);
  });
});
