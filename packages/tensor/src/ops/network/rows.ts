// Rows of a tensor: what the kernels that work row by row are told.
import { at, type Shape, sizeOf } from "../../shape.js";

/** A row-major tensor seen as (outer, cols, inner): `rows` = outer · inner rows, each along the middle axis. */
export interface Rows {
  readonly rows: number;
  readonly cols: number;
  readonly inner: number;
}

/** The rows along an axis; those of a single number are one of length 1. */
export function rowsAlong(shape: Shape, axis: number): Rows {
  if (shape.length === 0) return { rows: 1, cols: 1, inner: 1 };
  const inner = sizeOf(shape.slice(axis + 1));
  return { rows: sizeOf(shape.slice(0, axis)) * inner, cols: at(shape, axis), inner };
}

/** Invocations that share a row: about one for eight columns, so that short rows do not wait at barriers for nothing. */
export const rowWorkgroup = (cols: number): number =>
  Math.min(Math.max(2 ** Math.ceil(Math.log2(cols / 8)), 8), 256);
