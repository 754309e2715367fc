import { checkWhole } from "@weft/nn";
import { TextError } from "../errors.js";

/** How much text one training step reads: B streams side by side, T characters of each. */
export interface BatchSize {
  /** Streams, B. */
  readonly batch: number;
  /** Characters of each stream, T. */
  readonly sequence: number;
}

/** One window over all streams. Both arrays are (T, B): element [t, b] lies at t · B + b. */
export interface Batch {
  readonly inputs: Int32Array;
  /** The character after each input. */
  readonly targets: Int32Array;
  /** Whether this window starts the streams anew, so that no state may be carried into it. */
  readonly first: boolean;
}

/**
 * Cuts tokens into B streams that lie one behind the other in the text, and walks them window by window, for ever:
 * stream b of a window goes on where stream b of the window before stopped, so the state of a recurrent model can be
 * carried over (truncated back-propagation through time). `first` marks where an epoch starts.
 *
 * Stream length `L = ⌊(n − 1) / B⌋`, windows in an epoch `⌊L / T⌋`; what is left over at the end of a stream is skipped.
 *
 * @throws TextError when the tokens do not fill one batch, n < B · T + 1
 * @example
 * const [window] = streamBatches(Int32Array.of(0, 1, 2, 3, 4, 5, 6), { batch: 2, sequence: 2 });
 * [...window.inputs]; // [0, 3, 1, 4]
 * [...window.targets]; // [1, 4, 2, 5]
 */
export function* streamBatches(tokens: Int32Array, { batch, sequence }: BatchSize): Generator<Batch, never> {
  checkBatchFits(tokens.length, { batch, sequence });
  const streamLength = Math.floor((tokens.length - 1) / batch);
  const windows = Math.floor(streamLength / sequence);
  for (;;) {
    for (let window = 0; window < windows; window++) {
      const inputs = new Int32Array(sequence * batch);
      const targets = new Int32Array(sequence * batch);
      for (let b = 0; b < batch; b++) {
        const start = b * streamLength + window * sequence;
        for (let t = 0; t < sequence; t++) {
          inputs[t * batch + b] = tokens[start + t] ?? 0;
          targets[t * batch + b] = tokens[start + t + 1] ?? 0;
        }
      }
      yield { inputs, targets, first: window === 0 };
    }
  }
}

/**
 * Refuses tokens that do not fill one batch.
 *
 * @param name what error messages call the tokens
 * @throws RangeError when a size is no whole number ≥ 1
 * @throws TextError with the sizes and the cure
 * @example
 * checkBatchFits(513, { batch: 16, sequence: 32 }); // undefined
 */
export function checkBatchFits(tokens: number, { batch, sequence }: BatchSize, name = "batches"): void {
  for (const [size, value] of Object.entries({ batch, sequence })) checkWhole("batches", size, value, 1);
  const needed = batch * sequence + 1;
  if (tokens < needed) {
    throw new TextError(
      `${name}: ${tokens} training characters are fewer than one batch of ${batch} × ${sequence} + 1 = ${needed}; ` +
        "use a longer text, or a smaller --batch or --sequence.",
    );
  }
}
