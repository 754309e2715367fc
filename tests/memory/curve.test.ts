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

/** The samples of a loop; `each` runs after every one of them, while the loop waits. */
async function samplesOf(
  steps: number,
  scopes: boolean,
  each = async (): Promise<void> => {},
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of curve({ steps, scopes, samples: SAMPLES })) {
    samples.push(sample);
    await each();
  }
  expect(samples.length).toBe(SAMPLES);
  expect(samples.at(-1)?.loss).toBeLessThan(0.1); // it did train
  return samples;
}

const largest = (samples: readonly Sample[], key: keyof Sample): number =>
  Math.max(...samples.map((sample) => sample[key]));

/** The samples after the warm-up, in two halves. */
const halves = (samples: readonly Sample[]): [Sample[], Sample[]] => [samples.slice(4, 8), samples.slice(8)];

async function checkScopes(steps: number): Promise<void> {
  const [before, after] = halves(await samplesOf(steps, true));
  for (const key of ["tensors", "liveMiB"] as const) expect(largest(after, key)).toBe(largest(before, key));
  expect(largest(after, "heldMiB")).toBeLessThanOrEqual(largest(before, "heldMiB"));
  expect(largest(after, "rssMiB")).toBeLessThan(largest(before, "rssMiB") + 32);
}

describe("a training loop of 400 steps", { timeout: 300_000 }, () => {
  it("with scopes holds the same at every step", () => checkScopes(400));

  // When V8 collects is its own affair, so here it is made to, after every sample.
  it("without scopes leaves nothing that the collector would have to keep", async () => {
    const nothing = () => memory().tensors === 0;
    await collectGarbage(nothing);
    const scoped = largest(await samplesOf(400, true), "tensors"); // the model, the optimizer, the data and a loss
    await collectGarbage(nothing);
    const samples = await samplesOf(400, false, async () => {
      await collectGarbage(() => memory().tensors <= scoped);
      expect(memory().tensors).toBeLessThanOrEqual(scoped);
    });
    // Spare buffers serve again: all samples together hold little more than one of them.
    expect(largest(samples, "heldMiB")).toBeLessThan(1.5 * largest(samples, "liveMiB"));
    const [before, after] = halves(samples);
    expect(largest(after, "rssMiB")).toBeLessThan(largest(before, "rssMiB") + 48);
    await collectGarbage(nothing);
    expect(memory()).toMatchObject({ tensors: 0, bytes: 0 });
  });
});

const skipped = isFull ? "" : " (skipped: npm run test:full runs it)";
describe.skipIf(!isFull)(`a training loop of 10,000 steps${skipped}`, { timeout: 3_600_000 }, () => {
  it("with scopes holds the same at every step", () => checkScopes(10_000));

  // A step makes some 23 tensors, so steps that freed nothing would add 77,000 from one half to the next.
  it("without scopes holds no more than before", async () => {
    const [before, after] = halves(await samplesOf(10_000, false));
    expect(largest(after, "tensors")).toBeLessThan(largest(before, "tensors") + 10_000);
    expect(largest(after, "heldMiB")).toBeLessThan(largest(before, "heldMiB") + 6);
    expect(largest(after, "rssMiB")).toBeLessThan(largest(before, "rssMiB") + 48);
  });
});
