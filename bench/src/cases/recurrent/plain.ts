// A recurrent layer over a sequence in plain numbers, from projected inputs on: what its kernels are checked against.
import type { Numbers } from "../../check.js";
import { gruUnit, lstmUnit, sigmoid, slope } from "../../reference.js";

export interface Size {
  readonly T: number;
  readonly B: number;
  readonly H: number;
}

/** What one unit of one row computes in a step. */
interface Step {
  /** h, and c of an LSTM. */
  readonly next: readonly number[];
  /** The activated gates and what else the kernel leaves for the gradient. */
  readonly gates: readonly number[];
  readonly kept: readonly number[];
}

/** A kind of layer: what a unit makes of its gates' arguments from x and from h, and of its state. */
interface Cell {
  readonly gates: number;
  /** Parts of the state. */
  readonly parts: number;
  /** Numbers in `kept`. */
  readonly kept: number;
  unit(x: readonly number[], hidden: readonly number[], state: readonly number[]): Step;
}

export type Kind = "lstm" | "gru" | "rnn";
type Six = [number, number, number, number, number, number];

export const CELLS: Readonly<Record<Kind, Cell>> = {
  lstm: {
    ...{ gates: 4, parts: 2, kept: 1 },
    unit(x, hidden, [, c = 0]) {
      const [i, f, g, o] = x.map((v, k) => v + (hidden[k] as number)) as [number, number, number, number];
      const next = lstmUnit(i, f, g, o, c);
      return { next, gates: [sigmoid(i), sigmoid(f), Math.tanh(g), sigmoid(o)], kept: [next[1]] };
    },
  },
  gru: {
    ...{ gates: 3, parts: 1, kept: 1 },
    unit(x, hidden, [h = 0]) {
      const [xr, xz, xn, hr, hz, hn] = [...x, ...hidden] as Six;
      const r = sigmoid(xr + hr);
      const gates = [r, sigmoid(xz + hz), Math.tanh(xn + r * hn)];
      return { next: [gruUnit(xr, xz, xn, hr, hz, hn, h)], gates, kept: [hn] };
    },
  },
  rnn: {
    ...{ gates: 1, parts: 1, kept: 0 },
    unit: ([x = 0], [hidden = 0]) => ({ next: [Math.tanh(x + hidden)], gates: [x], kept: [] }),
  },
};

export interface Given {
  /** W_ih x + b_ih, (T, B, G·H) */
  readonly projected: Numbers;
  /** W_hh (G·H, H) and b_hh (G·H) */
  readonly weight: Numbers;
  readonly bias: Numbers;
  /** The state before the first step, (parts, B, H) */
  readonly state: Numbers;
}

export interface Forward {
  readonly out: Float64Array;
  readonly state: Float64Array;
  /** Activated gates, (T, B, G·H); and of each time h before it and what is kept, (1 + kept, T, B, H). */
  readonly gates: Float64Array;
  readonly work: Float64Array;
  /** W_hh h + b_hh, (T, B, G·H); and the state before each time, (T, parts, B, H). */
  readonly hidden: Float64Array;
  readonly before: Float64Array;
}

/** `count` numbers that lie `stride` apart. */
const every = (values: Numbers, first: number, stride: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => values[first + k * stride] as number);

export function forward(kind: Kind, { T, B, H }: Size, { projected, weight, bias, state }: Given): Forward {
  const { gates: G, parts, kept, unit } = CELLS[kind];
  const [hidden, gates] = [new Float64Array(T * B * G * H), new Float64Array(T * B * G * H)];
  const [out, before] = [new Float64Array(T * B * H), new Float64Array(T * parts * B * H)];
  const work = new Float64Array((1 + kept) * T * B * H);
  let now = Float64Array.from(state);
  for (let t = 0; t < T; t++) {
    before.set(now, t * parts * B * H);
    work.set(now.subarray(0, B * H), t * B * H);
    const next = new Float64Array(parts * B * H);
    for (let b = 0; b < B; b++) {
      const h = now.subarray(b * H, (b + 1) * H);
      const at = (t * B + b) * G * H;
      for (let g = 0; g < G * H; g++) hidden[at + g] = (bias[g] as number) + rowTimes(weight, g, h);
      for (let j = 0; j < H; j++) {
        const [x, y] = [projected, hidden].map((values) => every(values, at + j, H, G)) as [
          number[],
          number[],
        ];
        const step = unit(x, y, every(now, b * H + j, B * H, parts));
        step.next.forEach((v, part) => {
          next[(part * B + b) * H + j] = v;
        });
        step.gates.forEach((v, gate) => {
          gates[at + gate * H + j] = v;
        });
        step.kept.forEach((v, n) => {
          work[(((1 + n) * T + t) * B + b) * H + j] = v;
        });
      }
    }
    out.set(next.subarray(0, B * H), t * B * H);
    now = next;
  }
  return { out, state: now, gates, work, hidden, before };
}

export interface Backward {
  /** Of W_ih x + b_ih, and of W_hh h + b_hh: (T, B, G·H) each. */
  readonly dProjected: Float64Array;
  readonly dHidden: Float64Array;
  /** Of the state before the first step, (parts, B, H). */
  readonly dState: Float64Array;
}

/**
 * From the last step to the first; what a unit does to a gradient is the slope of its forward formula along each input.
 *
 * @param dOut (T, B, H), dFinal (parts, B, H)
 */
export function backward(
  kind: Kind,
  { T, B, H }: Size,
  { projected, weight }: Given,
  { hidden, before }: Forward,
  dOut: Numbers,
  dFinal: Numbers,
): Backward {
  const { gates: G, parts, unit } = CELLS[kind];
  const [dProjected, dHidden] = [new Float64Array(T * B * G * H), new Float64Array(T * B * G * H)];
  let dState = Float64Array.from(dFinal);
  for (let t = T - 1; t >= 0; t--) {
    const dBefore = new Float64Array(parts * B * H);
    for (let b = 0; b < B; b++) {
      const at = (t * B + b) * G * H;
      for (let j = 0; j < H; j++) {
        const inputs = [
          ...every(projected, at + j, H, G),
          ...every(hidden, at + j, H, G),
          ...every(before, t * parts * B * H + b * H + j, B * H, parts),
        ];
        const dNext = every(dState, b * H + j, B * H, parts);
        dNext[0] = (dNext[0] as number) + (dOut[(t * B + b) * H + j] as number);
        const derivatives = inputs.map((value, n) =>
          slope((e) => {
            const moved = inputs.with(n, value + e);
            const { next } = unit(moved.slice(0, G), moved.slice(G, 2 * G), moved.slice(2 * G));
            return next.reduce((sum, v, part) => sum + v * (dNext[part] as number), 0);
          }),
        );
        for (let gate = 0; gate < G; gate++) {
          dProjected[at + gate * H + j] = derivatives[gate] as number;
          dHidden[at + gate * H + j] = derivatives[G + gate] as number;
        }
        for (let part = 0; part < parts; part++) {
          dBefore[(part * B + b) * H + j] = derivatives[2 * G + part] as number;
        }
      }
      for (let g = 0; g < G * H; g++) {
        addRow(dBefore, b * H, weight, g * H, dHidden[at + g] as number, H);
      }
    }
    dState = dBefore;
  }
  return { dProjected, dHidden, dState };
}

/** Row r of a row-major matrix times a vector. */
export function rowTimes(matrix: Numbers, r: number, vector: Numbers): number {
  let sum = 0;
  for (let k = 0; k < vector.length; k++)
    sum += (matrix[r * vector.length + k] as number) * (vector[k] as number);
  return sum;
}

/** sum[at + k] += factor · values[from + k] for k < count */
export function addRow(
  sum: Float64Array,
  at: number,
  values: Numbers,
  from: number,
  factor: number,
  count: number,
): void {
  for (let k = 0; k < count; k++)
    sum[at + k] = (sum[at + k] as number) + factor * (values[from + k] as number);
}
