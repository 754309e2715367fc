// Products that need more than the 65,535 workgroups an axis of a dispatch may have.
import { matmul, ones, open, tanh, tensor } from "@weft/tensor";
import { beforeAll, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const ROWS = 65_536 * 8;

it.each([
  ["many rows", [ROWS, 4], [4, 1]],
  ["many rows of an odd inner size", [ROWS, 3], [3, 1]],
  ["many columns", [1, 4], [4, 2_099_680]],
  ["a deep stack", [65_540, 1, 4], [65_540, 4, 1]],
] as const)("matmul of %s fills its whole result", { timeout: 120_000 }, async (_, a, b) => {
  const data = await matmul(ones(a), ones(b)).data();
  expect(data.every((v) => v === a[a.length - 1])).toBe(true);
});

it("tanh keeps its digits near 0", async () => {
  const values = [1e-8, 1e-4, 9e-3, 1.1e-2];
  const data = await tanh(tensor(values)).data();
  for (const [i, v] of values.entries())
    expect(Math.abs((data[i] ?? 0) / Math.tanh(v) - 1)).toBeLessThan(1e-5);
});
