// The axes that a reduction folds, seen as the middle axis of a block.

import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { at, frontAxis, type Shape, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { permute } from "../layout/layout.js";

export interface ReduceOptions {
  /** The axis or axes to fold; all of them if none is given, as in PyTorch. Negative axes count from the end. */
  readonly axis?: number | readonly number[];
  /** Keeps folded axes with length 1. */
  readonly keepDim?: boolean;
}

/** A row-major tensor seen as (outer, length, inner), whose middle axis is folded. */
export interface Block {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** What a reduction does to the shape of its input. */
export interface Folding extends Block {
  /** The result's shape. */
  readonly shape: Shape;
  /** The input's shape with the folded axes of length 1: what the result's gradient is stretched from. */
  readonly kept: Shape;
}

/** The axes to fold, counted from the front. */
function foldedAxes(op: string, axis: ReduceOptions["axis"] = [], rank: number): Set<number> {
  const named = Array.isArray(axis) ? (axis as readonly number[]) : [axis as number];
  if (rank === 0) {
    for (const i of named) frontAxis(op, i, 1); // a single number counts as a row of one, as in PyTorch
    return new Set();
  }
  const front = named.map((i) => frontAxis(op, i, rank));
  const folded = new Set(front);
  if (folded.size < front.length) {
    const twice = front.find((i, position) => front.indexOf(i) !== position);
    throw new ShapeError(`${op}: axes ${show(named)} name axis ${twice} twice; name each axis once.`);
  }
  return folded.size === 0 ? new Set(Array.from({ length: rank }, (_, i) => i)) : folded;
}

/** Refuses options that no reduction has; `own` are those that only `op` knows. */
export const checkReduceOptions = (op: string, options: ReduceOptions, own: readonly string[] = []): void =>
  checkOptions(op, options, ["axis", "keepDim", ...own]);

/** x with the folded axes side by side (others are moved before them where they are not), and what the fold does. */
export function arrange(op: string, x: Tensor, options: ReduceOptions): [x: Tensor, folding: Folding] {
  checkTensor(op, x);
  checkReduceOptions(op, options);
  const { axis, keepDim = false } = options;
  const all = x.shape.map((_, i) => i);
  const folded = foldedAxes(op, axis, x.rank);
  const rest = all.filter((i) => !folded.has(i));
  const first = Math.min(...folded, x.rank);
  const isBlock = all.every((i) => folded.has(i) === (i >= first && i < first + folded.size));
  const inOrder = all.filter((i) => folded.has(i));
  const order = isBlock ? all : [...rest, ...inOrder];
  const size = (axes: readonly number[]) => sizeOf(axes.map((i) => at(x.shape, i)));
  const one = (i: number) => (folded.has(i) ? 1 : at(x.shape, i));
  const folding = {
    outer: size(isBlock ? all.slice(0, first) : rest),
    length: size(inOrder),
    inner: size(isBlock ? all.slice(first + folded.size) : []),
    shape: keepDim ? all.map(one) : rest.map(one),
    kept: order.map(one),
  };
  return [isBlock ? x : permute(x, order), folding];
}

/** Refuses to choose from nothing. */
export function checkChoice(op: string, x: Tensor, { length }: Block): void {
  if (length === 0) {
    throw new ShapeError(
      `${op}: nothing to choose from in shape ${show(x.shape)}; fold axes that hold at least one element.`,
    );
  }
}
