// Random chains of views, each on tensors and on the model.

import type { Tensor } from "@weft/tensor";
import * as weft from "@weft/tensor";
import * as fc from "fast-check";
import { sizeOf } from "../ops/array.js";
import { copied, isStrided, type Shown, seen } from "./shown.js";

/** A link of a chain: what it does is decided by the shape it meets, with these numbers. */
export interface Link {
  readonly op: keyof typeof LINKS;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

interface Pair {
  readonly x: Tensor;
  readonly shown: Shown;
}

const LINKS = { reshape, flatten, permute, expand, unsqueeze, squeeze, slice, select, diagonal, unfold };

export const chains: fc.Arbitrary<readonly Link[]> = fc.array(
  fc.record({
    op: fc.constantFrom(...(Object.keys(LINKS) as (keyof typeof LINKS)[])),
    a: fc.nat(1000),
    b: fc.nat(1000),
    c: fc.nat(1000),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The chain, without links that fit no tensor of the shape they meet or make more than a few hundred elements. */
export const run = (start: Pair, links: readonly Link[]): Pair =>
  links.reduce((pair, link) => {
    const next = LINKS[link.op](pair, link);
    return next === undefined || next.x.rank > 7 || next.x.size > 400 ? pair : next;
  }, start);

/** Shares the base exactly where strides over it exist. */
function asShape({ shown }: Pair, x: Tensor, shape: readonly number[]): Pair {
  const isSame = shape.join() === shown.shape.join();
  const source = isSame || isStrided(shown, shape) ? shown : copied(shown);
  return { x, shown: { ...source, shape } };
}

function reshape(pair: Pair, { a, b, c }: Link): Pair {
  const { size } = pair.x;
  const shape: number[] = [];
  let rest = size;
  for (const number of [a, b, c].slice(0, a % 4)) {
    const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => rest % d === 0);
    const length = size === 0 ? number % 3 : (divisors[number % divisors.length] as number);
    shape.push(length);
    rest /= Math.max(length, 1);
  }
  // The last length may be left to reshape, where it can be known.
  if (size !== 0 && b % 2 === 0) return asShape(pair, weft.reshape(pair.x, [...shape, -1]), [...shape, rest]);
  const target = [...shape, size === 0 ? 0 : rest];
  return asShape(pair, weft.reshape(pair.x, target), target);
}

function flatten(pair: Pair, { a, b }: Link): Pair | undefined {
  const { rank, shape } = pair.x;
  if (rank === 0) return asShape(pair, weft.flatten(pair.x), [1]);
  const first = a % rank;
  const last = first + (b % (rank - first));
  const flat = sizeOf(shape.slice(first, last + 1));
  return asShape(pair, weft.flatten(pair.x, first, last - rank), [
    ...shape.slice(0, first),
    flat,
    ...shape.slice(last + 1),
  ]);
}

function permute({ x, shown }: Pair, { a, b }: Link): Pair {
  const axes = x.shape.map((_, axis) => axis);
  for (let i = axes.length - 1; i > 0; i--) {
    const j = (a * (i + 1) + b) % (i + 1);
    [axes[i], axes[j]] = [axes[j] as number, axes[i] as number];
  }
  return {
    x: weft.permute(x, axes),
    shown: seen(
      shown,
      axes.map((axis) => shown.shape[axis] as number),
      (index) => shown.shape.map((_, axis) => index[axes.indexOf(axis)] as number),
    ),
  };
}

function expand({ x, shown }: Pair, { a, b }: Link): Pair {
  const kept = shown.shape.map((n) => (n === 1 ? (b % 3) + 1 : n));
  const target = a % 2 === 0 ? kept : [(a % 3) + 1, ...kept];
  return {
    x: weft.expand(
      x,
      target.map((n, i) => (shown.shape[i - target.length + x.rank] === n && a % 5 === 0 ? -1 : n)),
    ),
    shown: seen(shown, target, (index) =>
      index.slice(index.length - x.rank).map((i, axis) => (shown.shape[axis] === 1 ? 0 : i)),
    ),
  };
}

function unsqueeze({ x, shown }: Pair, { a }: Link): Pair {
  const axis = a % (x.rank + 1);
  return { x: weft.unsqueeze(x, axis), shown: { ...shown, shape: shown.shape.toSpliced(axis, 0, 1) } };
}

function squeeze({ x, shown }: Pair, { a, b }: Link): Pair {
  const axis = a % Math.max(x.rank, 1);
  const goes = (n: number, i: number) => n === 1 && (b % 2 === 0 || i === axis);
  return {
    x: b % 2 === 0 || x.rank === 0 ? weft.squeeze(x) : weft.squeeze(x, axis),
    shown: { ...shown, shape: shown.shape.filter((n, i) => !goes(n, i)) },
  };
}

function slice({ x, shown }: Pair, { a, b, c }: Link): Pair | undefined {
  if (x.rank === 0) return undefined;
  const axis = a % x.rank;
  const length = shown.shape[axis] as number;
  const [start, step] = [b % (length + 1), (c % 3) + 1];
  return {
    x: weft.slice(x, axis, start, undefined, step),
    shown: seen(shown, shown.shape.with(axis, Math.ceil((length - start) / step)), (index) =>
      index.with(axis, start + step * (index[axis] as number)),
    ),
  };
}

function select({ x, shown }: Pair, { a, b }: Link): Pair | undefined {
  if (x.rank === 0) return undefined;
  const axis = a % x.rank;
  const length = shown.shape[axis] as number;
  if (length === 0) return undefined;
  return {
    x: weft.select(x, axis, (b % length) - length),
    shown: seen(shown, shown.shape.toSpliced(axis, 1), (index) => index.toSpliced(axis, 0, b % length)),
  };
}

function diagonal({ x, shown }: Pair, { a, b, c }: Link): Pair | undefined {
  if (x.rank < 2) return undefined;
  const axis0 = a % x.rank;
  const axis1 = (axis0 + 1 + (b % (x.rank - 1))) % x.rank;
  const offset = (c % 5) - 2;
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const [m, n] = [shown.shape[axis0] as number, shown.shape[axis1] as number];
  const rest = shown.shape.filter((_, axis) => axis !== axis0 && axis !== axis1);
  return {
    x: weft.diagonal(x, { offset, axis0, axis1 }),
    shown: seen(shown, [...rest, Math.max(Math.min(m - down, n - right), 0)], (index) => {
      const others = index.slice(0, -1);
      const i = index.at(-1) as number;
      return shown.shape.map((_, axis) =>
        axis === axis0 ? i + down : axis === axis1 ? i + right : (others.shift() as number),
      );
    }),
  };
}

function unfold({ x, shown }: Pair, { a, b, c }: Link): Pair | undefined {
  if (x.rank === 0) return undefined;
  const axis = a % x.rank;
  const length = shown.shape[axis] as number;
  const [size, step, dilation] = [(b % 3) + 1, (c % 3) + 1, (a % 2) + 1];
  const starts: number[] = [];
  for (let at = 0; at + (size - 1) * dilation < length; at += step) starts.push(at);
  if (starts.length === 0) return undefined;
  return {
    x: weft.unfold(x, axis, size, step, { dilation }),
    shown: seen(shown, [...shown.shape.with(axis, starts.length), size], (index) =>
      index
        .slice(0, -1)
        .with(axis, (starts[index[axis] as number] as number) + (index.at(-1) as number) * dilation),
    ),
  };
}
