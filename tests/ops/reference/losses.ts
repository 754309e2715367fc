import { type Array64, build, get } from "../array.js";
import { total } from "./reduce.js";
import { logSoftmax } from "./softmax.js";

const sum = ({ data }: Array64): number => total([...data]);
const scalar = (value: number): Array64 => build([], () => value);

export const reductions = {
  none: (losses: Array64) => losses,
  sum: (losses: Array64) => scalar(sum(losses)),
  mean: (losses: Array64) => scalar(sum(losses) / losses.data.length),
  batchMean: (losses: Array64) => scalar(sum(losses) / (losses.shape[0] ?? 1)),
} as const;

export type Reduction = "none" | "sum" | "mean";

export interface ClassOptions {
  readonly reduction?: Reduction;
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
  readonly weight?: readonly number[];
}

const axisOf = (x: Array64) => (x.shape.length === 1 ? 0 : 1);
const without = (shape: readonly number[], axis: number) => shape.filter((_, i) => i !== axis);
const weightOf = ({ weight }: ClassOptions, c: number) => (weight === undefined ? 1 : (weight[c] as number));

/** Losses by class numbers, from what class c at place i costs; the mean divides by the weights that count. */
function ofClasses(
  x: Array64,
  targets: Array64,
  options: ClassOptions,
  cost: (i: readonly number[], target: number) => number,
): Array64 {
  const { reduction = "mean", ignoreIndex = -100 } = options;
  const losses = build(without(x.shape, axisOf(x)), (i) => {
    const target = get(targets, i);
    return target === ignoreIndex ? 0 : cost(i, target);
  });
  if (reduction !== "mean") return reductions[reduction](losses);
  const counted = [...targets.data].map((t) => (t === ignoreIndex ? 0 : weightOf(options, t)));
  return scalar(sum(losses) / total(counted));
}

export const nll = (x: Array64, targets: Array64, options: ClassOptions = {}): Array64 =>
  ofClasses(x, targets, options, (i, t) => -weightOf(options, t) * get(x, i.toSpliced(axisOf(x), 0, t)));

export function crossEntropy(x: Array64, targets: Array64, options: ClassOptions = {}): Array64 {
  const { labelSmoothing = 0 } = options;
  const axis = axisOf(x);
  const classes = x.shape[axis] as number;
  const logs = logSoftmax(x, axis);
  return ofClasses(x, targets, options, (i, t) => {
    const cost = (c: number) => -weightOf(options, c) * get(logs, i.toSpliced(axis, 0, c));
    const even =
      labelSmoothing === 0 ? 0 : total(Array.from({ length: classes }, (_, c) => cost(c))) / classes;
    return (1 - labelSmoothing) * cost(t) + labelSmoothing * even;
  });
}

export function crossEntropyOfProbabilities(x: Array64, p: Array64, options: ClassOptions = {}): Array64 {
  const { labelSmoothing = 0, reduction = "mean" } = options;
  const axis = axisOf(x);
  const classes = x.shape[axis] as number;
  const logs = logSoftmax(x, axis);
  const losses = build(without(x.shape, axis), (i) =>
    total(
      Array.from({ length: classes }, (_, c) => {
        const at = i.toSpliced(axis, 0, c);
        const target = (1 - labelSmoothing) * get(p, at) + labelSmoothing / classes;
        return -weightOf(options, c) * target * get(logs, at);
      }),
    ),
  );
  return reductions[reduction](losses);
}

/** A loss of two arrays, element by element. */
export const pairwise =
  (f: (x: number, t: number) => number) =>
  (x: Array64, t: Array64): Array64 => ({
    shape: x.shape,
    data: x.data.map((v, i) => f(v, t.data[i] as number)),
  });

export const squared = (x: number, t: number): number => (x - t) ** 2;
export const absolute = (x: number, t: number): number => Math.abs(x - t);
export const huber = (delta: number) => (x: number, t: number) => {
  const d = Math.abs(x - t);
  return d < delta ? d ** 2 / 2 : delta * (d - delta / 2);
};
export const smoothL1 = (beta: number) => (x: number, t: number) =>
  beta === 0 ? Math.abs(x - t) : huber(beta)(x, t) / beta;
const cut = (v: number) => Math.max(v, -100);
export const binaryCrossEntropy = (x: number, t: number): number =>
  -(t * cut(Math.log(x)) + (1 - t) * cut(Math.log1p(-x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const withLogits =
  (posWeight: number) =>
  (x: number, t: number): number =>
    posWeight * t * softplus(-x) + (1 - t) * softplus(x);
export const kl = (x: number, t: number): number => (t === 0 ? 0 : t * Math.log(t)) - t * x;
export const klOfLogs = (x: number, t: number): number => Math.exp(t) * (t - x);
