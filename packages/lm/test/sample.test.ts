import { learningRateAt, sample, uniformNumbers } from "@weft/lm";
import { describe, expect, test } from "vitest";

describe("sample", () => {
  const logits = [1, 3, 2, 3];

  test("takes the best at temperature 0, the first of equals", () => {
    expect(sample(logits, 0.999, { temperature: 0 })).toBe(1);
  });

  test("draws with the probabilities of the softmax", () => {
    const next = uniformNumbers(3);
    for (const temperature of [0.5, 1, 2]) {
      const weights = logits.map((logit) => Math.exp(logit / temperature));
      const sum = weights.reduce((a, b) => a + b);
      const counts = [0, 0, 0, 0];
      const draws = 20_000;
      for (let i = 0; i < draws; i++) {
        const id = sample(logits, next(), { temperature });
        counts[id] = (counts[id] ?? 0) + 1;
      }
      counts.forEach((count, id) => {
        // Five standard deviations of a share, √(p(1 − p)/n) ≤ 0.0036.
        expect(Math.abs(count / draws - (weights[id] ?? 0) / sum)).toBeLessThan(0.018);
      });
    }
  });

  test("draws from the k best only", () => {
    const next = uniformNumbers(4);
    const seen = new Set(
      Array.from({ length: 500 }, () => sample(logits, next(), { temperature: 5, topK: 2 })),
    );
    expect([...seen].sort()).toEqual([1, 3]);
    expect(sample(logits, 0.99, { temperature: 5, topK: 1 })).toBe(1);
    expect(sample(logits, 0, { temperature: 1, topK: 99 })).toBe(1);
  });

  test("bears scores of any size", () => {
    expect(sample([1e30, -1e30, 0], 0.5, { temperature: 1 })).toBe(0);
    expect(sample([5, 4], 0.999999, { temperature: 1e-300 })).toBe(0);
    expect(sample([Number.NEGATIVE_INFINITY, 0], 0, { temperature: 1 })).toBe(1);
    expect(sample([0, 0, 0], 1 - 2 ** -53, { temperature: 1 })).toBe(2);
  });

  test.each([
    [[], { temperature: 1 }, /no scores/],
    [[Number.NaN], { temperature: 1 }, /score of token 0 is NaN/],
    [[1], { temperature: -1 }, /temperature is -1/],
    [[1], { temperature: Number.POSITIVE_INFINITY }, /temperature/],
    [[1], { temperature: 1, topK: 0 }, /topK is 0/],
  ])("refuses %j with %j", (scores, options, message) => {
    expect(() => sample(scores, 0.5, options)).toThrow(message);
  });
});

describe("uniformNumbers", () => {
  test("is the same for the same seed, and even", () => {
    const [a, b, c] = [uniformNumbers(7), uniformNumbers(7), uniformNumbers(8)];
    const drawn = Array.from({ length: 16_000 }, () => a());
    expect(Array.from(drawn, () => b())).toEqual(drawn);
    expect(drawn.some((x) => x === c())).toBe(false);
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    for (let bin = 0; bin < 16; bin++) {
      const count = drawn.filter((x) => Math.floor(x * 16) === bin).length;
      expect(Math.abs(count - 1000)).toBeLessThan(160); // five standard deviations
    }
  });
});

describe("learningRateAt", () => {
  const options = { steps: 200, warmup: 50, learningRate: 0.01 };

  test("rises in a straight line, then falls", () => {
    const rates = Array.from({ length: 200 }, (_, i) => learningRateAt(i + 1, options));
    expect(rates[0]).toBeCloseTo(0.0002, 12);
    expect(rates[49]).toBe(0.01);
    for (let i = 1; i < 200; i++) expect((rates[i] ?? 0) > (rates[i - 1] ?? 0)).toBe(i < 50);
    expect(rates[199]).toBeLessThanOrEqual(0.001 + 1e-12);
  });

  test("shortens the warm-up of a short run, and does without", () => {
    expect(learningRateAt(1, { ...options, steps: 1 })).toBeCloseTo(0.001, 12);
    expect(learningRateAt(5, { ...options, steps: 10 })).toBe(0.01);
    // A step of the fall: 1 + cos(π / 200) of 2.
    const first = 0.01 * (0.1 + 0.45 * (1 + Math.cos(Math.PI / 200)));
    expect(learningRateAt(1, { ...options, warmup: 0 })).toBeCloseTo(first, 12);
  });

  test.each([
    [200, 50],
    [200, 150],
    [7, 3],
    [8, 4],
    [100, 0],
  ])("is the documented formula at every one of %d steps, %d of them to warm up", (steps, warmup) => {
    const w = Math.min(warmup, Math.floor(steps / 2));
    for (let step = 1; step <= steps; step++) {
      const p = (step - w) / (steps - w);
      const expected = step <= w ? step / w : 0.1 + (0.9 * (1 + Math.cos(Math.PI * p))) / 2;
      expect(learningRateAt(step, { steps, warmup, learningRate: 0.3 })).toBeCloseTo(0.3 * expected, 14);
    }
  });
});
