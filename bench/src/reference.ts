// Plain numbers in float64, written for reading: what kernels and the training step are checked against.
import type { Numbers } from "./check.js";

export const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** One unit of an LSTM: its four gates' arguments and its cell state → [h', c']. */
export function lstmUnit(i: number, f: number, g: number, o: number, c: number): [h: number, c: number] {
  const next = sigmoid(f) * c + sigmoid(i) * Math.tanh(g);
  return [sigmoid(o) * Math.tanh(next), next];
}

/** One unit of a reset-after GRU: its gates' arguments from x and from h, and its state → h'. */
export function gruUnit(
  ...[xr, xz, xn, hr, hz, hn, h]: [number, number, number, number, number, number, number]
): number {
  const z = sigmoid(xz + hz);
  return (1 - z) * Math.tanh(xn + sigmoid(xr + hr) * hn) + z * h;
}

/** df/dt at t = 0 by central differences. */
export const slope = (f: (t: number) => number, step = 1e-5): number => (f(step) - f(-step)) / (2 * step);

export interface LanguageModelSize {
  /** Vocabulary. */
  readonly V: number;
  /** Features of a token. */
  readonly E: number;
  /** Hidden units. */
  readonly H: number;
  /** Streams side by side. */
  readonly B: number;
  /** Time steps. */
  readonly T: number;
}

/**
 * Mean cross-entropy of a one-layer LSTM language model that starts from a zero state.
 * Parameters by their names in `stateDict()`; ids and targets are (T, B).
 */
export function languageModelLoss(
  parameters: Readonly<Record<string, Numbers>>,
  ids: Numbers,
  targets: Numbers,
  { V, E, H, B, T }: LanguageModelSize,
): number {
  const named = (name: string) => Float64Array.from(parameters[name] ?? []);
  const embedding = named("embedding.weight"); // (V, E)
  const [weightIh, weightHh] = [named("recurrent.weight_ih_l0"), named("recurrent.weight_hh_l0")]; // (4H, E), (4H, H)
  const [biasIh, biasHh] = [named("recurrent.bias_ih_l0"), named("recurrent.bias_hh_l0")]; // (4H) each
  const [decoder, decoderBias] = [named("decoder.weight"), named("decoder.bias")]; // (V, H), (V)

  let total = 0;
  for (let b = 0; b < B; b++) {
    let h = new Float64Array(H);
    let c = new Float64Array(H);
    for (let t = 0; t < T; t++) {
      const id = ids[t * B + b] as number;
      const x = embedding.subarray(id * E, (id + 1) * E);
      const gates = Float64Array.from(
        biasIh,
        (bias, r) => bias + (biasHh[r] as number) + rowTimes(weightIh, r, x) + rowTimes(weightHh, r, h),
      );
      const units = Array.from(h, (_, j) => {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * H + j]) as [
          number,
          number,
          number,
          number,
        ];
        return lstmUnit(i, f, g, o, c[j] as number);
      });
      h = Float64Array.from(units, ([next]) => next);
      c = Float64Array.from(units, ([, next]) => next);
      const logits = Array.from(
        { length: V },
        (_, v) => (decoderBias[v] as number) + rowTimes(decoder, v, h),
      );
      total += logSumExp(logits) - (logits[targets[t * B + b] as number] as number);
    }
  }
  return total / (T * B);
}

export function logSumExp(values: readonly number[]): number {
  const largest = values.reduce((a, b) => Math.max(a, b));
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** Row r of a row-major matrix times a vector. */
function rowTimes(matrix: Float64Array, r: number, vector: Float64Array): number {
  const first = r * vector.length;
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += (matrix[first + k] as number) * (vector[k] as number);
  return sum;
}
