// Pure rules of shapes and strides: no GPU, no Tensor. A rule that fails throws a ShapeError that names the op.
import { checkList } from "./checks/checkArguments.js";
import { ShapeError } from "./errors.js";

/** Lengths of the axes, outermost first; [] is the shape of a single number. */
export type Shape = readonly number[];

/** Most axes a tensor may have. */
export const MAX_RANK = 8;

/** A shape for messages: (2, 3). */
export const show = (shape: Shape): string => `(${shape.join(", ")})`;

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** Row-major strides, in elements. */
export function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= at(shape, axis);
  }
  return strides;
}

/** Whether elements lie one behind the other; axes of length 1 may have any stride. */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  if (sizeOf(shape) === 0) return true;
  const expected = rowMajor(shape);
  return shape.every((length, axis) => length === 1 || strides[axis] === expected[axis]);
}

export function checkShape(op: string, shape: Shape): void {
  checkList(op, "shape", shape);
  if (shape.length > MAX_RANK) {
    throw new ShapeError(
      `${op}: rank is ${shape.length}, shape ${show(shape)}; at most ${MAX_RANK} axes are possible.`,
    );
  }
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      throw new ShapeError(
        `${op}: shape ${show(shape)} holds ${length}; every length must be a whole number ≥ 0.`,
      );
    }
  }
}

/** The axis counted from the front; −1 is the last one. */
export function frontAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== "number") {
    throw new TypeError(`${op}: axis is ${JSON.stringify(axis)}; use a whole number.`);
  }
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? "a single number has no axis" : `use −${rank} … ${rank - 1}`;
    throw new ShapeError(`${op}: there is no axis ${axis} in a tensor of rank ${rank}; ${range}.`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** One or several axes, each counted from the front. */
export function frontAxes(op: string, axes: number | readonly number[], rank: number): number[] {
  const named = Array.isArray(axes) ? (axes as readonly number[]) : [axes as number];
  const front = named.map((axis) => frontAxis(op, axis, rank));
  const twice = front.find((axis, i) => front.indexOf(axis) !== i);
  if (twice === undefined) return front;
  throw new ShapeError(`${op}: axis ${twice} is named twice in ${show(named)}; name each axis once.`);
}

/** The shape to which both can be repeated: lengths are matched from the last axis; 1 stretches. */
export function broadcast(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const inA = a[axis - rank + a.length] ?? 1;
    const inB = b[axis - rank + b.length] ?? 1;
    if (inA !== inB && inA !== 1 && inB !== 1) {
      throw new ShapeError(
        `${op}: shapes ${show(a)} and ${show(b)} do not broadcast: axis ${axis - rank} is ${inA} and ${inB}; ` +
          `they must be equal or one of them 1.`,
      );
    }
    return inA === 1 ? inB : inA;
  });
}

/** Strides that read a tensor of `shape` as if it were repeated to `target`: a stretched axis has stride 0. */
export function stretch(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const missing = target.length - shape.length;
  return target.map((length, axis) => {
    const own = axis - missing;
    return own < 0 || (at(shape, own) === 1 && length !== 1) ? 0 : at(strides, own);
  });
}

/** Replaces one −1 by the length that keeps the size. */
export function inferLength(op: string, size: number, shape: Shape): number[] {
  checkList(op, "shape", shape);
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
  const result = shape.map((length, axis) => (axis === unknown ? size / known : length));
  if (sizeOf(result) !== size || !result.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new ShapeError(
      `${op}: ${size} elements do not fit shape ${show(shape)}; the product of the lengths must be ${size}.`,
    );
  }
  return result;
}

/**
 * The axes that a kernel has to walk: neighbouring axes that every operand steps through evenly become one, axes of
 * length 1 vanish. Contiguous operands of any rank collapse to a single axis.
 */
export function collapse(shape: Shape, operands: readonly (readonly number[])[]) {
  const lengths: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = at(shape, axis);
    if (length === 1) continue;
    const inner = lengths[0];
    const even =
      inner !== undefined && operands.every((operand, i) => operand[axis] === (strides[i]?.[0] ?? 0) * inner);
    if (even) {
      lengths[0] = inner * length;
    } else {
      lengths.unshift(length);
      operands.forEach((operand, i) => {
        strides[i]?.unshift(at(operand, axis));
      });
    }
  }
  if (lengths.length === 0) {
    lengths.push(1);
    for (const operand of strides) operand.push(0);
  }
  // Whether four neighbouring elements always lie on one axis; a single axis may run over its end.
  const quads = lengths.length === 1 || at(lengths, lengths.length - 1) % 4 === 0;
  // As kernels take them: for each axis a vec4 of its length and the strides of up to three operands.
  const axes = lengths.flatMap((length, axis) =>
    [0, 1, 2, 3].map((i) => (i === 0 ? length : (strides[i - 1]?.[axis] ?? 0))),
  );
  return { rank: lengths.length, strides, axes, quads };
}

/** Whether four neighbours on the innermost axis lie side by side, from a multiple of four. */
export const liesInFours = (strides: readonly number[], offset: number): boolean =>
  strides.at(-1) === 1 && [offset, ...strides.slice(0, -1)].every((step) => step % 4 === 0);

/** The element at an index that is known to exist. */
export function at<T>(values: readonly T[], index: number): T {
  if (index < 0 || index >= values.length) throw new RangeError(`index ${index} of ${values.length} values`);
  return values[index] as T;
}
