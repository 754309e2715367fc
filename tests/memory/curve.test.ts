// The memory of a training loop is flat, with scopes and without any. `npm run test:full` runs all 10,000 steps.
import { memory, open } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { collectGarbage } from "../ops/collectGarbage.js";
import { curve, type Sample } from "./curve.mjs";

beforeAll(async () => {
  await open();
});

const isFull = process.env["WEFT_FULL"] === "1";
const SAMPLES = 12;

/** The samples after the warm-up, as the largest of the first half and of the second. */
async function halves(steps: number, scopes: boolean): Promise<[Sample, Sample]> {
  const samples: Sample[] = [];
  for await (const sample of curve({ steps, scopes, samples: SAMPLES })) samples.push(sample);
  expect(samples.length).toBe(SAMPLES);
  expect(samples.at(-1)?.loss).toBeLessThan(0.1); // it did train
  const largest = (part: readonly Sample[]) =>
    part.reduce((a, b) => ({
      ...b,
      tensors: Math.max(a.tensors, b.tensors),
      liveMiB: Math.max(a.liveMiB, b.liveMiB),
      pooledMiB: Math.max(a.pooledMiB, b.pooledMiB),
      rssMiB: Math.max(a.rssMiB, b.rssMiB),
    }));
  return [largest(samples.slice(4, 8)), largest(samples.slice(8))];
}

async function checkScopes(steps: number): Promise<void> {
  const [before, after] = await halves(steps, true);
  expect([after.tensors, after.liveMiB]).toEqual([before.tensors, before.liveMiB]);
  expect(after.pooledMiB).toBeLessThanOrEqual(before.pooledMiB);
  expect(after.rssMiB).toBeLessThan(before.rssMiB + 32);
}

/** A step makes some 130 tensors, so 400 steps that freed nothing would add 17,000 from one third to the next. */
async function checkNoScopes(steps: number): Promise<void> {
  const [before, after] = await halves(steps, false);
  expect(after.tensors).toBeLessThan(before.tensors + 10_000);
  expect(after.liveMiB + after.pooledMiB).toBeLessThan(before.liveMiB + before.pooledMiB + 6);
  expect(after.rssMiB).toBeLessThan(before.rssMiB + 48);
}

describe("a training loop of 400 steps", { timeout: 300_000 }, () => {
  it("with scopes holds the same at every step", () => checkScopes(400));

  it("without scopes holds no more than before, and in the end nothing", async () => {
    await collectGarbage(() => memory().tensors === 0);
    await checkNoScopes(400);
    await collectGarbage(() => memory().tensors === 0);
    expect(memory()).toMatchObject({ tensors: 0, bytes: 0 });
  });
});

const skipped = isFull ? "" : " (skipped: npm run test:full runs it)";
describe.skipIf(!isFull)(`a training loop of 10,000 steps${skipped}`, { timeout: 3_600_000 }, () => {
  it("with scopes holds the same at every step", () => checkScopes(10_000));
  it("without scopes holds no more than before", () => checkNoScopes(10_000));
});
