import "@weft/autograd";
import { checkpoint } from "@weft/autograd";
import {
  bernoulli,
  dropout,
  expand,
  full,
  Generator,
  multinomial,
  normal,
  ones,
  open,
  rand,
  randint,
  randn,
  randperm,
  sum,
  type Tensor,
  tensor,
  uniform,
} from "@weft/tensor";
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

  it.each([
    [{}, "state.seed is undefined"],
    [{ seed: "x", stream: -1 }, 'state.seed is "x"'],
    [{ seed: 7, stream: -1 }, "state.stream is -1"],
    [{ seed: 7, stream: 1.5 }, "state.stream is 1.5"],
    [undefined, "state is undefined"],
    ["7", "state is 7"],
  ])("refuses %o as a state, and stands where it stood", (state, fault) => {
    const generator = new Generator(3);
    generator.next();
    expect(() => Object.assign(generator, { state })).toThrow(
      `Generator: ${fault}; set what was read from generator.state`,
    );
    expect(generator.state).toEqual({ seed: 3, stream: 1 });
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

/** χ² = Σ (seen − expected)² / expected. */
function chiSquare(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.reduce((chi, seen, i) => {
    const expected = total * (probabilities[i] as number);
    return expected === 0 ? chi : chi + (seen - expected) ** 2 / expected;
  }, 0);
}

/**
 * What χ² of k − 1 degrees of freedom exceeds once in 10⁶: the cube root of χ² / d is nearly normal with mean 1 − 2 / 9d and
 * variance 2 / 9d (Wilson and Hilferty 1931), and a normal number exceeds 4.75 deviations that rarely.
 */
function chiSquareBound(k: number): number {
  const v = 2 / (9 * (k - 1));
  return (k - 1) * (1 - v + 4.75 * Math.sqrt(v)) ** 3;
}

const countsOf = (data: ArrayLike<number>, kinds: number): number[] => {
  const counts = new Array<number>(kinds).fill(0);
  for (const v of Array.from(data)) counts[v] = (counts[v] ?? 0) + 1;
  return counts;
};

async function expectDistribution(drawn: Tensor, probabilities: readonly number[]): Promise<void> {
  const counts = countsOf(await drawn.data(), probabilities.length);
  expect(counts.length).toBe(probabilities.length);
  counts.forEach((count, i) => {
    if (probabilities[i] === 0) expect(count).toBe(0);
  });
  const kinds = probabilities.filter((p) => p > 0).length;
  expect(chiSquare(counts, probabilities)).toBeLessThan(chiSquareBound(kinds));
}

const even = (kinds: number): number[] => new Array<number>(kinds).fill(1 / kinds);
const seeded = (seed: number) => ({ generator: new Generator(seed) });

describe("distributions", () => {
  it("of rand and uniform fill every hundredth alike, rand of f16 too where there is f16", async () => {
    await expectDistribution(rand([N], seeded(1)).mul(100).floor(), even(100));
    await expectDistribution(
      uniform([N], { ...seeded(2), low: -3, high: 2 })
        .add(3)
        .mul(20)
        .floor(),
      even(100),
    );
    if (!(await open()).gpu.features.has("shader-f16")) return;
    const half = await rand([N], { ...seeded(3), dtype: "f16" }).data();
    await expectDistribution(tensor([...half].map((v) => Math.floor(v * 64))), even(64));
  });

  it("of uniform stay below high even where a sum rounds up to it", async () => {
    const data = await uniform([2 ** 20], { ...seeded(4), low: 1e6, high: 1e6 + 0.125 }).data();
    expect(new Set(data)).toEqual(new Set([1e6, Math.fround(1e6 + 0.0625)]));
  });

  it("of randn lie between the deciles of the normal distribution", async () => {
    const deciles = [
      -1.2815516, -0.8416212, -0.5244005, -0.2533471, 0, 0.2533471, 0.5244005, 0.8416212, 1.2815516,
    ];
    const data = await randn([N], seeded(5)).data();
    const tenth = (v: number) => deciles.filter((bound) => v >= bound).length;
    await expectDistribution(tensor([...data].map(tenth)), even(10));
  });

  it("of randint are even, also over a range that does not divide 2³²", async () => {
    await expectDistribution(randint(-3, 4, [N], seeded(6)).add(3), even(7));
    // Of three numbers per two words of 32 bits, one scaled from a single word would come twice as often.
    const range = 3 * 2 ** 30;
    const data = await randint(0, range, [N], { ...seeded(7), dtype: "u32" }).data();
    await expectDistribution(tensor([...data].map((v) => v % 3)), even(3));
  });

  it("of bernoulli follow each probability", async () => {
    const p = expand(tensor([0, 0.1, 0.5, 0.9, 1]), [N / 5, 5]);
    const means = await bernoulli(p, seeded(8)).mean({ axis: 0 }).data();
    [0, 0.1, 0.5, 0.9, 1].forEach((p, i) => {
      // Five deviations of a mean of N / 5.
      expect(Math.abs((means[i] as number) - p)).toBeLessThanOrEqual(
        5 * Math.sqrt((p * (1 - p)) / (N / 5)) + 1e-6,
      );
    });
  });

  it("of randperm: all orders of three are alike", async () => {
    const generator = new Generator(9);
    const orders = Array.from({ length: 600 }, () => randperm(3, { generator }));
    const all = await Promise.all(orders.map((order) => order.data()));
    // The first two say which of the six it is.
    await expectDistribution(tensor(all.map(([a = 0, b = 0]) => 2 * a + (b > 3 - a - b ? 1 : 0))), even(6));
  });

  it("of multinomial with replacement follow the weights; 0 is never drawn", async () => {
    const weights = [1, 0, 2, 0, 5, 2, 0];
    const drawn = multinomial(tensor(weights), N, { ...seeded(10), replacement: true });
    await expectDistribution(
      drawn,
      weights.map((w) => w / 10),
    );
    const rows = multinomial(expand(tensor(weights), [N / 10, 7]), 10, { ...seeded(11), replacement: true });
    await expectDistribution(
      rows,
      weights.map((w) => w / 10),
    );
  });

  it("of multinomial with replacement never draw a 0 among many small weights", async () => {
    const weights = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? 0 : 0.1 + (i % 7)));
    const drawn = await multinomial(tensor(weights), N, { ...seeded(12), replacement: true }).data();
    expect(drawn.every((i) => (weights[i] ?? 0) > 0)).toBe(true);
  });

  it("of multinomial without replacement: every pair as often as two draws give it", async () => {
    const weights = [1, 0, 2, 3, 4];
    const drawn = await multinomial(expand(tensor(weights), [N / 2, 5]), 2, seeded(13)).data();
    const pairs = Array.from(
      { length: N / 2 },
      (_, r) => 5 * (drawn[2 * r] as number) + (drawn[2 * r + 1] as number),
    );
    const probability = (a: number, b: number) => (a === b ? 0 : (a / 10) * (b / (10 - a)));
    await expectDistribution(
      tensor(pairs),
      weights.flatMap((a) => weights.map((b) => probability(a, b))),
    );
  });
});

describe("without a generator", () => {
  it("numbers are fresh at every call", async () => {
    const [a, b] = await Promise.all([rand([8]).data(), rand([8]).data()]);
    expect(a).not.toEqual(b);
  });

  it("a checkpoint draws the same numbers again", async () => {
    const x = ones([64], { requiresGrad: true });
    const y = checkpoint((x) => dropout(x, 0.5), x);
    const data = await y.data();
    sum(y).backward();
    expect(await x.grad?.data()).toEqual(data);
  });
});

describe("dropout of everything", () => {
  it("is 0, also where x is not finite", async () => {
    expect(await dropout(full([3], Number.POSITIVE_INFINITY), 1, new Generator(1)).toArray()).toEqual([
      0, 0, 0,
    ]);
  });
});
