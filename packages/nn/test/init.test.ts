import { GRU, init, Linear, LSTM, LSTMCell } from "@weft/nn";
import { Generator, matmul, narrow, normal, open, type Tensor, tensor, transpose, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const seeded = (seed = 1) => ({ generator: new Generator(seed) });
const leaf = (...shape: number[]) => zeros(shape, { requiresGrad: true });
const numbers = async (x: Tensor) => Array.from((await x.data()) as Float32Array);

interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
}

async function moments(x: Tensor): Promise<Moments> {
  const values = await numbers(x);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return {
    ...{ mean, std: Math.sqrt(variance) },
    low: values.reduce((a, b) => Math.min(a, b)),
    high: values.reduce((a, b) => Math.max(a, b)),
  };
}

/** The largest difference between the empirical and the true distribution function (Kolmogorov and Smirnov), times √n. */
async function distance(x: Tensor, below: (v: number) => number): Promise<number> {
  const values = (await numbers(x)).sort((a, b) => a - b);
  const n = values.length;
  const gaps = values.map((v, i) => Math.max((i + 1) / n - below(v), below(v) - i / n));
  return Math.sqrt(n) * gaps.reduce((a, b) => Math.max(a, b));
}

/** With probability 1 − 2 · e^(−2 · 1.95²) = 0.999 a right distribution stays below; the seeds are fixed besides. */
const FARTHEST = 1.95;

/** Φ(z) by Simpson's rule on the density: good to 1e-10. */
function normalBelow(z: number): number {
  const steps = 2000;
  const h = z / steps;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let i = 1; i < steps; i++) sum += density(i * h) * (i % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * h) / 3;
}

const uniformBelow = (a: number, b: number) => (v: number) => (v - a) / (b - a);

describe("uniform and normal", () => {
  it("draw from their distributions", async () => {
    const x = init.uniform(leaf(100, 100), { a: -3, b: 5, ...seeded() });
    expect(await distance(x, uniformBelow(-3, 5))).toBeLessThan(FARTHEST);
    const { low, high } = await moments(x);
    expect([low >= -3, high < 5, low < -2.99, high > 4.99]).toEqual([true, true, true, true]);
    const y = init.normal(leaf(100, 100), { mean: 2, std: 0.5, ...seeded(2) });
    expect(await distance(y, (v) => normalBelow((v - 2) / 0.5))).toBeLessThan(FARTHEST);
    expect(await distance(y, (v) => normalBelow((v - 2) / 0.55))).toBeGreaterThan(FARTHEST); // the test can fail
  });

  it("draw the same for the same seed, and other numbers at the next draw", async () => {
    const generator = new Generator(7);
    const [a, b] = [init.normal(zeros([5]), { generator }), init.normal(zeros([5]), { generator })];
    const again = init.normal(zeros([5]), seeded(7));
    expect(await numbers(again)).toEqual(await numbers(a));
    expect(await numbers(b)).not.toEqual(await numbers(a));
    expect(await numbers(init.uniform(zeros([5])))).not.toEqual(await numbers(init.uniform(zeros([5]))));
  });

  it("write in place, through views, and leave a leaf a leaf", async () => {
    const layer = new Linear(4, 3);
    const { weight } = layer;
    expect(init.constant(weight, 2)).toBe(weight);
    init.uniform(narrow(weight, 0, 1, 1), { a: 5, b: 6, ...seeded() });
    const rows = (await weight.toArray()) as number[][];
    expect([rows[0], rows[2]]).toEqual([Array(4).fill(2), Array(4).fill(2)]);
    expect(rows[1]?.every((v) => v >= 5 && v < 6)).toBe(true);
    expect([weight.requiresGrad, weight.call]).toEqual([true, undefined]);
    layer
      .forward(tensor([1, 1, 1, 1]))
      .sum()
      .backward();
    expect(await weight.grad?.toArray()).toEqual(Array(3).fill([1, 1, 1, 1]));
  });

  it("keep f16", async ({ skip }) => {
    if (!(await open()).gpu.features.has("shader-f16")) skip("this adapter has no shader-f16");
    const half = init.truncNormal(zeros([64, 64], { dtype: "f16" }), { std: 0.5, a: -1, b: 1, ...seeded() });
    expect(half.dtype).toBe("f16");
    const { std, low, high } = await moments(half.cast("f32"));
    expect(std).toBeCloseTo(0.44, 1); // 0.5 · 0.8796
    expect([low >= -1, high <= 1]).toEqual([true, true]);
  });
});

describe("truncNormal", () => {
  const truncated = (mean: number, std: number, a: number, b: number) => {
    const [low, high] = [normalBelow((a - mean) / std), normalBelow((b - mean) / std)];
    return (v: number) => (normalBelow((v - mean) / std) - low) / (high - low);
  };

  it.each([
    [0, 1, -2, 2],
    [0, 0.02, -0.04, 0.04],
    [1, 2, -1, 1.5],
    [0, 1, 2.5, 9], // one tail, cut off on the left
    [-3, 1, -1, 0],
    [0, 1, -50, 50], // hardly truncated
  ])("with mean %s and std %s between %s and %s", async (mean, std, a, b) => {
    const x = init.truncNormal(leaf(100, 100), { mean, std, a, b, ...seeded(11) });
    expect(await distance(x, truncated(mean, std, a, b))).toBeLessThan(FARTHEST);
    const { low, high } = await moments(x);
    expect([low >= Math.fround(a), high <= Math.fround(b)]).toEqual([true, true]);
    expect(new Set(await numbers(x)).size).toBeGreaterThan(9000);
  });

  it("refuses bounds that chance does not reach", () => {
    expect(() => init.truncNormal(leaf(2), { a: 5, b: 9 })).toThrow(
      "init.truncNormal: from 5 to 9 is more than 4 deviations of 1 off the mean 0; move the mean towards the bounds.",
    );
    expect(() => init.truncNormal(leaf(2), { a: 1, b: 1 })).toThrow(
      "init.truncNormal: a is 1 and b 1; use a < b.",
    );
    expect(() => init.truncNormal(leaf(2), { std: 0 })).toThrow(
      "init.truncNormal: std is 0; use a number > 0.",
    );
  });
});

describe("fans and gains", () => {
  it("are PyTorch's", () => {
    expect(init.fanInOut(leaf(5, 7))).toEqual({ fanIn: 7, fanOut: 5 });
    expect(init.fanInOut(leaf(8, 4, 3))).toEqual({ fanIn: 12, fanOut: 24 });
    expect(init.fanInOut(leaf(8, 4, 3, 2))).toEqual({ fanIn: 24, fanOut: 48 });
    expect(init.calculateGain("linear")).toBe(1);
    expect(init.calculateGain("relu")).toBe(Math.sqrt(2));
    expect(init.calculateGain("leakyRelu")).toBe(Math.sqrt(2 / (1 + 0.01 ** 2)));
    expect(init.calculateGain("selu")).toBe(0.75);
  });

  it.each([
    ["xavierUniform", init.xavierUniform],
    ["kaimingNormal", init.kaimingNormal],
    ["fanInOut", init.fanInOut],
  ])("%s refuses a bias", (name, rule) => {
    expect(() => rule(leaf(4))).toThrow(
      `init.${name}: (4) has no fan-in and fan-out; use a tensor of two or more axes, and init.zeros or init.uniform for a bias.`,
    );
  });

  it("refuse unknown names", () => {
    expect(() => init.calculateGain("leaky_relu" as "relu")).toThrow(
      'init.calculateGain: no gain is known for "leaky_relu"; use linear, conv1d, conv2d, sigmoid, tanh, relu, leakyRelu, selu.',
    );
    expect(() => init.kaimingNormal(leaf(2, 2), { mode: "fan_in" as "fanIn" })).toThrow(
      'init.kaimingNormal: mode is "fan_in"; use "fanIn" or "fanOut".',
    );
    expect(() => init.xavierNormal(leaf(2, 2), { std: 1 } as never)).toThrow(
      'init.xavierNormal: there is no option "std"; use gain, generator.',
    );
  });
});

describe("xavier and kaiming", () => {
  const [out, inner] = [150, 60];

  it.each([
    ["xavierUniform", () => init.xavierUniform(leaf(out, inner), seeded()), Math.sqrt(6 / (out + inner))],
    [
      "xavierUniform with a gain",
      () => init.xavierUniform(leaf(out, inner), { gain: 3, ...seeded() }),
      3 * Math.sqrt(6 / (out + inner)),
    ],
    ["kaimingUniform", () => init.kaimingUniform(leaf(out, inner), seeded()), Math.sqrt(6 / inner)],
    [
      "kaimingUniform of fanOut",
      () => init.kaimingUniform(leaf(out, inner), { mode: "fanOut", ...seeded() }),
      Math.sqrt(6 / out),
    ],
    [
      "kaimingUniform as PyTorch's Linear starts",
      () => init.kaimingUniform(leaf(out, inner), { a: Math.sqrt(5), ...seeded() }),
      1 / Math.sqrt(inner),
    ],
    [
      "kaimingUniform of a convolution",
      () => init.kaimingUniform(leaf(30, 10, 6, 5), { nonlinearity: "tanh", ...seeded() }),
      (5 / 3) * Math.sqrt(3 / 300),
    ],
  ])("%s", async (_, draw, bound) => {
    expect(await distance(draw(), uniformBelow(-bound, bound))).toBeLessThan(FARTHEST);
  });

  it.each([
    ["xavierNormal", () => init.xavierNormal(leaf(out, inner), seeded()), Math.sqrt(2 / (out + inner))],
    [
      "kaimingNormal",
      () => init.kaimingNormal(leaf(out, inner), { nonlinearity: "relu", ...seeded() }),
      Math.sqrt(2 / inner),
    ],
    [
      "kaimingNormal of a leaky slope, which relu would ignore",
      () => init.kaimingNormal(leaf(out, inner), { a: 2, mode: "fanOut", ...seeded() }),
      Math.sqrt(2 / 5 / out),
    ],
  ])("%s", async (_, draw, std) => {
    expect(await distance(draw(), (v) => normalBelow(v / std))).toBeLessThan(FARTHEST);
  });

  it("have nothing to do for an empty weight", () => {
    expect(init.kaimingUniform(leaf(0, 3)).shape).toEqual([0, 3]);
    expect(init.orthogonal(leaf(0, 3)).shape).toEqual([0, 3]);
    expect(init.xavierNormal(leaf(0, 0)).shape).toEqual([0, 0]);
  });
});

describe("orthogonal", () => {
  const product = async (a: Tensor, b: Tensor) => (await matmul(a, b).toArray()) as number[][];

  function expectScaledIdentity(matrix: number[][], scale: number): void {
    for (const [i, row] of matrix.entries()) {
      for (const [j, v] of row.entries()) expect(Math.abs(v - (i === j ? scale : 0))).toBeLessThan(3e-6);
    }
  }

  it("has orthonormal columns where there are at least as many rows", async () => {
    for (const [rows, cols] of [
      [40, 40],
      [64, 17],
      [3, 1],
    ] as const) {
      const w = init.orthogonal(leaf(rows, cols), seeded(3));
      expectScaledIdentity(await product(transpose(w), w), 1);
    }
  });

  it("has orthonormal rows where there are fewer, times the gain", async () => {
    const w = init.orthogonal(leaf(17, 64), { gain: 1.5, ...seeded(3) });
    expectScaledIdentity(await product(w, transpose(w)), 2.25);
  });

  it("takes axes from the second on as one", async () => {
    const w = init.orthogonal(leaf(8, 3, 2, 2), seeded(4));
    const flat = w.reshape([8, 12]);
    expectScaledIdentity(await product(flat, transpose(flat)), 1);
  });

  it("is the same for the same seed, and another for another", async () => {
    const draw = async (seed: number) => numbers(init.orthogonal(leaf(5, 5), seeded(seed)));
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  // Under the Haar measure every entry has variance 1/n and mean 0, the trace is near standard normal with variance 1, and
  // both determinants are equally likely. A QR decomposition with signs left as they come fails the first by far.
  it("prefers no direction", async () => {
    const generator = new Generator(9);
    const n = 3;
    const draws = 3000;
    const sums = { trace: 0, trace2: 0, corner: 0, corner2: 0, turned: 0 };
    for (let i = 0; i < draws; i++) {
      const w = zeros([n, n]);
      init.orthogonal(w, { generator });
      const [a, b, c, d, e, f, g, h, k] = (await numbers(w)) as [
        ...[number, number, number, number, number, number, number, number, number],
      ];
      w.dispose();
      const trace = a + e + k;
      sums.trace += trace / draws;
      sums.trace2 += trace ** 2 / draws;
      sums.corner += a / draws;
      sums.corner2 += a ** 2 / draws;
      sums.turned += (a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g)) / draws;
    }
    // Four deviations of each mean.
    const near = 4 / Math.sqrt(draws);
    expect(Math.abs(sums.trace)).toBeLessThan(near);
    expect(Math.abs(sums.trace2 - 1)).toBeLessThan(near * Math.sqrt(2));
    expect(Math.abs(sums.corner)).toBeLessThan(near * Math.sqrt(1 / n));
    expect(Math.abs(sums.corner2 - 1 / n)).toBeLessThan(near * 0.3);
    expect(Math.abs(sums.turned)).toBeLessThan(near);
  });

  it("is made of the normal numbers that the GPU draws", async () => {
    // One column is its drawn vector, scaled to length 1. An adapter's cos may be off by 2⁻¹¹ in WGSL.
    const column = await numbers(init.orthogonal(leaf(1000, 1), seeded(2 ** 40 + 5)));
    const drawn = await numbers(normal([1000], seeded(2 ** 40 + 5)));
    const length = Math.hypot(...drawn);
    for (const [i, v] of column.entries())
      expect(Math.abs(v * length - (drawn[i] as number))).toBeLessThan(1e-3);
  });

  it("refuses a vector", () => {
    expect(() => init.orthogonal(leaf(4))).toThrow(
      "init.orthogonal: (4) is no matrix; use a tensor of two or more axes, and init.normal for a vector.",
    );
  });
});

describe("constants", () => {
  it("fill any dtype", async () => {
    expect(await init.ones(zeros([2], { dtype: "i32" })).toArray()).toEqual([1, 1]);
    expect(await init.zeros(init.constant(leaf(2), 3)).toArray()).toEqual([0, 0]);
  });

  it("pass on what a layer or convolution takes in", async () => {
    expect(await init.eye(leaf(3, 2)).toArray()).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
    const grouped = (await init.dirac(leaf(4, 2, 2, 3), { groups: 2 }).toArray()) as number[][][][];
    const places = grouped.flatMap((kernels, out) =>
      kernels.flatMap((rows, inner) =>
        rows.flatMap((row, y) => row.flatMap((v, x) => (v === 1 ? [[out, inner, y, x]] : []))),
      ),
    );
    expect(places).toEqual([
      [0, 0, 1, 1],
      [1, 1, 1, 1],
      [2, 0, 1, 1],
      [3, 1, 1, 1],
    ]);
  });

  it.each([
    [
      () => init.eye(leaf(2, 2, 2)),
      "init.eye: (2, 2, 2) is no matrix; use it for the weight of a Linear, and init.dirac for convolutions.",
    ],
    [
      () => init.dirac(leaf(2, 2)),
      "init.dirac: (2, 2) is no weight of a convolution; use three to five axes, and init.eye for a matrix.",
    ],
    [
      () => init.dirac(leaf(3, 2, 1), { groups: 2 }),
      "init.dirac: 3 channels do not make 2 groups; use a divisor of 3.",
    ],
    [
      () => init.zeros(new Linear(2, 2) as never),
      "init.zeros: expected a tensor, got Linear; use a parameter, such as layer.weight.",
    ],
    [() => init.uniform(leaf(2), { a: 2, b: 1 }), "init.uniform: a is 2 and b 1; use a ≤ b."],
    [
      () => init.uniform(leaf(2), { low: 1 } as never),
      'init.uniform: there is no option "low"; use a, b, generator.',
    ],
    [
      () => init.xavierNormal(leaf(2, 2), { generator: 7 as never }),
      "init.xavierNormal: generator is 7; use new Generator(seed).",
    ],
    [() => init.normal(leaf(2), { std: -1 }), "init.normal: std is -1; use a number ≥ 0."],
  ])("%s is refused", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("forgetGateBias", () => {
  it("sets that of every layer and direction, and leaves the other gates", async () => {
    const options = { numLayers: 2, bidirectional: true, projSize: 1 };
    const lstm = new LSTM(3, 2, { ...options, ...seeded() });
    const before = new LSTM(3, 2, { ...options, ...seeded() }).stateDict();
    expect(init.forgetGateBias(lstm, 1.5)).toBe(lstm);
    const biases = Object.keys(before).filter((name) => name.startsWith("bias_"));
    expect(biases.length).toBe(8);
    for (const [name, now] of Object.entries(lstm.stateDict())) {
      const expected = await numbers(before[name] as Tensor);
      if (biases.includes(name)) expected.fill(name.startsWith("bias_ih") ? 1.5 : 0, 2, 4);
      expect(await numbers(now)).toEqual(expected);
    }
  });

  it("takes a cell, and 1 unless told otherwise", async () => {
    const cell = init.forgetGateBias(new LSTMCell(3, 1));
    const sum = (cell.biasIh as Tensor).add(cell.biasHh as Tensor);
    expect((await numbers(sum))[1]).toBe(1);
  });

  it("refuses what has no such bias", () => {
    expect(() => init.forgetGateBias(new LSTM(3, 2, { bias: false }))).toThrow(
      "init.forgetGateBias: the LSTM has no biases; make it without bias: false.",
    );
    expect(() => init.forgetGateBias(new GRU(3, 2) as never)).toThrow(
      "init.forgetGateBias: GRU has no forget gate; use it for an LSTM or LSTMCell.",
    );
  });
});
