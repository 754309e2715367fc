import type { Device } from "@weft/tensor";
import type { Case } from "./case.js";
import { measure } from "./measure.js";
import { type CaseResult, ratesOf } from "./result.js";

/** Checks a case, then times it. */
export async function run(device: Device, { name, size, work, skipped, prepare }: Case): Promise<CaseResult> {
  const reason = skipped(device);
  if (reason !== undefined) return { name, size, skipped: reason };
  const prepared = prepare();
  try {
    await prepared.check();
    const time = await measure(device, prepared.encode);
    return { name, size, time, rates: ratesOf(work, time) };
  } finally {
    prepared.free();
  }
}
