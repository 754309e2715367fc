// Recurrent layers, row by row and step by step.
import type { Array64 } from "../array.js";
import { sigmoid } from "./elementwise.js";

/** The inputs of a layer by name; the state's parts are h and, of an LSTM, c. */
export interface RecurrentInputs {
  readonly x: Array64;
  readonly weightIh: Array64;
  readonly weightHh: Array64;
  readonly biasIh?: Array64;
  readonly biasHh?: Array64;
  readonly h?: Array64;
  readonly c?: Array64;
  readonly weightHr?: Array64;
  readonly lengths?: Array64;
}

/** One unit: what x and what h gives each of its gates, and its h and c before → h and c. */
type Unit = (x: readonly number[], hidden: readonly number[], h: number, c: number) => readonly number[];

export type Kind = "lstm" | "gru" | "tanh" | "relu";

const summed = (x: readonly number[], hidden: readonly number[]): number[] =>
  x.map((v, i) => v + (hidden[i] as number));

/** PyTorch's gate orders: i, f, g, o and r, z, n. */
const UNITS: Readonly<Record<Kind, Unit>> = {
  lstm(x, hidden, _, c) {
    const [i, f, g, o] = summed(x, hidden) as [number, number, number, number];
    const next = sigmoid(f) * c + sigmoid(i) * Math.tanh(g);
    return [sigmoid(o) * Math.tanh(next), next];
  },
  gru(x, hidden, h) {
    const [r, z] = summed(x, hidden).map(sigmoid) as [number, number, number];
    return [(1 - z) * Math.tanh((x[2] as number) + r * (hidden[2] as number)) + z * h];
  },
  tanh: (x, hidden) => summed(x, hidden).map(Math.tanh),
  // Math.max() lets NaN through.
  relu: (x, hidden) => summed(x, hidden).map((v) => Math.max(v, 0)),
};

const rowOf = ({ shape, data }: Array64, r: number): number[] => {
  const n = shape.at(-1) as number;
  return [...data.slice(r * n, (r + 1) * n)];
};

/** weight · v (+ bias) */
function affine(weight: Array64, v: readonly number[], bias?: Array64): number[] {
  return Array.from({ length: weight.shape[0] as number }, (_, r) =>
    rowOf(weight, r).reduce((sum, w, k) => sum + w * (v[k] as number), bias?.data[r] ?? 0),
  );
}

/** The output (T, B, P) and the final h (B, P) and, of an LSTM, c (B, H). */
export function recurrent(kind: Kind, inputs: RecurrentInputs, reverse: boolean): Array64[] {
  const { x, weightIh, weightHh, biasIh, biasHh, weightHr, lengths } = inputs;
  const [T, B] = x.shape as [number, number];
  const gates = { lstm: 4, gru: 3, tanh: 1, relu: 1 }[kind];
  const [H, P] = [(weightIh.shape[0] as number) / gates, weightHh.shape[1] as number];
  const output = new Float64Array(T * B * P);
  const finals = [new Float64Array(B * P), new Float64Array(B * H)];
  for (let b = 0; b < B; b++) {
    const length = lengths === undefined ? T : Math.min(Math.max(lengths.data[b] as number, 1), T);
    let h = inputs.h === undefined ? new Array<number>(P).fill(0) : rowOf(inputs.h, b);
    let c = inputs.c === undefined ? new Array<number>(H).fill(0) : rowOf(inputs.c, b);
    for (let step = 0; step < length; step++) {
      const t = reverse ? length - 1 - step : step;
      const fromX = affine(weightIh, rowOf(x, t * B + b), biasIh);
      const fromH = affine(weightHh, h, biasHh);
      const units = Array.from({ length: H }, (_, j) => {
        const ofUnit = (all: readonly number[]) =>
          Array.from({ length: gates }, (_, k) => all[k * H + j] as number);
        return UNITS[kind](ofUnit(fromX), ofUnit(fromH), h[j] as number, c[j] as number);
      });
      c = units.map(([, next = 0]) => next);
      h = units.map(([next = 0]) => next);
      if (weightHr !== undefined) h = affine(weightHr, h);
      output.set(h, (t * B + b) * P);
    }
    finals[0]?.set(h, b * P);
    finals[1]?.set(c, b * H);
  }
  const states = [
    { shape: [B, P], data: finals[0] as Float64Array },
    { shape: [B, H], data: finals[1] as Float64Array },
  ];
  return [{ shape: [T, B, P], data: output }, ...states.slice(0, kind === "lstm" ? 2 : 1)];
}
