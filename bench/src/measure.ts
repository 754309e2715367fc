import type { Device } from "@weft/tensor";
import { Bench } from "tinybench";

/** A sample lasts at least this long. */
const SAMPLE_MS = 20;
/** Samples are taken for this long, and at least this many. */
const SAMPLING_MS = 250;
const LEAST_SAMPLES = 7;
/** The most work encoded before waiting, however short it is. */
const MOST_REPEATS = 10_000;

/** Milliseconds of one run, over all samples. */
export interface Measurement {
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly lowerQuartileMs: number;
  readonly upperQuartileMs: number;
  readonly samples: number;
  /** Runs encoded in one sample. */
  readonly repeats: number;
}

/**
 * Times what `encode` puts on the queue.
 *
 * Encoding returns before the GPU has begun, so the only clock is to wait until the queue is empty. That wait costs
 * 0.2 to 2 ms, more than most kernels take. So one sample encodes N runs, submits them, waits once and divides by N,
 * with N such that a sample lasts at least 20 ms: the wait is then a small part of it. The runs write the same output,
 * so the GPU does them one after the other. What is measured is a run inside a batch, as a model's kernels run; on a
 * fast GPU and at a small size it is the CPU time to encode it.
 */
export async function measure(device: Device, encode: () => void): Promise<Measurement> {
  const sample = async (repeats: number): Promise<number> => {
    const start = performance.now();
    for (let run = 0; run < repeats; run++) encode();
    device.flush();
    await device.gpu.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };

  // Also the warm-up. Growing step by step keeps a first, slow run from deciding alone.
  let repeats = 1;
  for (;;) {
    const duration = await sample(repeats);
    if (duration >= SAMPLE_MS || repeats === MOST_REPEATS) break;
    const wanted = Math.ceil((1.2 * repeats * SAMPLE_MS) / duration);
    repeats = Math.min(Math.max(wanted, repeats + 1), 10 * repeats, MOST_REPEATS);
  }

  const bench = new Bench({
    ...{ time: SAMPLING_MS, iterations: LEAST_SAMPLES },
    ...{ warmup: false, retainSamples: true, throws: true },
  });
  bench.add("run", async () => {
    const duration = await sample(repeats);
    return { overriddenDuration: duration / repeats, overriddenIterationCost: duration };
  });
  const [task] = await bench.run();
  if (task?.result.state !== "completed") throw new Error(`tinybench: the task is ${task?.result.state}.`);
  const sorted = task.result.latency.samples ?? [];
  return {
    medianMs: quantile(sorted, 0.5),
    fastestMs: quantile(sorted, 0),
    lowerQuartileMs: quantile(sorted, 0.25),
    upperQuartileMs: quantile(sorted, 0.75),
    ...{ samples: sorted.length, repeats },
  };
}

/** The value below which a share q of the sorted values lies, interpolated linearly. */
function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place % 1);
}
