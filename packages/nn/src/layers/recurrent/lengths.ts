// Rows of a batch that end before the last time step.
import { arange, type Device, lt, reshape, type Tensor, tensor } from "@weft/tensor";

/** How many time steps each row of a batch has. */
export interface RowLengths {
  /** (B) of i32. */
  readonly rows: Tensor;
  /** Whether row b has a step t: (T, B, 1) of bool. */
  readonly runs: Tensor;
}

/** Checks lengths for a batch of `batch` rows and `time` steps; undefined where all rows run to the end. */
export function rowLengths(
  op: string,
  lengths: readonly number[] | Int32Array,
  [time, batch]: readonly [time: number, batch: number],
  device: Device,
): RowLengths | undefined {
  if (!Array.isArray(lengths) && !(lengths instanceof Int32Array)) {
    throw new TypeError(
      `${op}: lengths is ${shown(lengths)}; use an array of ${batch} whole numbers from 1 to ${time}.`,
    );
  }
  if (lengths.length !== batch) {
    throw new RangeError(
      `${op}: there are ${lengths.length} lengths for ${batch} rows; give one length for each row.`,
    );
  }
  const wrong = lengths.findIndex((length) => !(Number.isInteger(length) && length >= 1 && length <= time));
  if (wrong >= 0) {
    throw new RangeError(
      `${op}: lengths[${wrong}] is ${lengths[wrong]}; use a whole number from 1 to ${time}, the time steps of the input.`,
    );
  }
  const counts = Int32Array.from(lengths);
  if (counts.every((count) => count === time)) return undefined;
  const rows = tensor(counts, { device });
  const steps = reshape(arange(time, { dtype: "i32", device }), [time, 1, 1]);
  return { rows, runs: lt(steps, reshape(rows, [batch, 1])) };
}

const shown = (value: unknown): string =>
  typeof value === "object" && value !== null ? `of class ${value.constructor.name}` : String(value);
