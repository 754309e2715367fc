/** How a text is laid out for evaluation. */
export interface EvaluationLayout {
  /** Streams that run side by side, S. */
  readonly streams: number;
  /** Predictions each stream reads before its own begin, W. */
  readonly warmup: number;
  /** Characters in a window, T. */
  readonly sequence: number;
}

/** One window over all streams; the arrays are (T, S), and the last window may have a smaller T. */
export interface EvaluationWindow {
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  /** 1 where the prediction counts, 0 where it only warms the state up or lies behind the end. */
  readonly scored: Uint8Array;
  readonly length: number;
}

/**
 * Windows in which each of n predictions (n + 1 tokens) counts exactly once.
 *
 * One stream would be exact and slow, S plain streams are fast but S of them start without context. So stream s starts W
 * characters early, reads these to warm its state up, and only then counts. Stream 0 has nothing to read before and
 * counts from its start. All streams are P long:
 *
 *     stream s reads [s(P − W), s(P − W) + P) and counts from s(P − W) + W on (s > 0), which is where stream s − 1 stops;
 *     S streams cover S(P − W) + W ≥ n, so P = ⌈(n − W) / S⌉ + W.
 *
 * Positions behind the end, in the last streams only, read character 0 and do not count.
 */
export function* evaluationWindows(
  tokens: Int32Array,
  layout: EvaluationLayout,
): Generator<EvaluationWindow> {
  const { streams, sequence } = layout;
  const predictions = tokens.length - 1;
  const warmup = streams === 1 ? 0 : layout.warmup;
  const own = Math.ceil(Math.max(0, predictions - warmup) / streams); // P − W
  const total = own + warmup;
  for (let start = 0; start < total; start += sequence) {
    const length = Math.min(sequence, total - start);
    const inputs = new Int32Array(length * streams);
    const targets = new Int32Array(length * streams);
    const scored = new Uint8Array(length * streams);
    for (let t = 0; t < length; t++) {
      for (let s = 0; s < streams; s++) {
        const position = s * own + start + t;
        if (position >= predictions) continue;
        const at = t * streams + s;
        inputs[at] = tokens[position] ?? 0;
        targets[at] = tokens[position + 1] ?? 0;
        scored[at] = s === 0 || start + t >= warmup ? 1 : 0;
      }
    }
    yield { inputs, targets, scored, length };
  }
}

/** As many streams as leave each at least 256 characters of its own, and 64 at most; 64 characters of warm-up. */
export function evaluationLayout(predictions: number): EvaluationLayout {
  const streams = Math.min(64, Math.max(1, Math.floor(predictions / 256)));
  return { streams, warmup: 64, sequence: 32 };
}
