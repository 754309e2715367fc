// Which form of the recurrent kernels a device runs faster.
import type { Device } from "../../gpu/device.js";

/** The forms that are kernels. */
export type Form = "step" | "sequence";

/** The sizes that decide. */
export interface RecurrentSize {
  /** Time steps. */
  readonly T: number;
  /** Rows of the batch. */
  readonly B: number;
  /** Units of the layer. */
  readonly H: number;
}

/** Sizes between neighbouring powers of two share a choice. */
const keyOf = (cell: string, { T, B, H }: RecurrentSize): string =>
  [cell, ...[T, B, H].map((n) => Math.ceil(Math.log2(Math.max(n, 1))))].join(" ");

/** Units up to which a workgroup holds a whole row of them with one or two units an invocation. */
const FEW_UNITS = 512;

/**
 * The form that was measured to be faster, or a guess: a dispatch costs a GPU more than a barrier, so it takes the whole
 * sequence unless its units are too many for one workgroup, or it is one step; a software adapter shares the rows of a step over its threads.
 */
export function formFor(device: Device, cell: string, size: RecurrentSize): Form {
  const guess = device.info.isFallback || size.H > FEW_UNITS || size.T === 1 ? "step" : "sequence";
  return (device.measured.get(keyOf(cell, size)) as Form | undefined) ?? guess;
}

/** Notes what was measured. */
export function noteForm(device: Device, cell: string, size: RecurrentSize, form: Form): void {
  device.measured.set(keyOf(cell, size), form);
}
