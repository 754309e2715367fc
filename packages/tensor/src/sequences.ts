// Tensors of numbers that follow a rule. They are computed on the host, in float64, and uploaded.
import { type CreateOptions, checkCreation, upload } from "./create.js";
import { checkShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/**
 * The numbers `start`, `start + step`, … before `end`; with one argument, 0 … end − 1.
 *
 * @throws RangeError when the step is 0 or leads away from the end
 * @example
 * await arange(3).toArray(); // [0, 1, 2]
 * await arange(5, 0, -2).toArray(); // [5, 3, 1]
 */
export function arange(end: number, options?: CreateOptions): Tensor;
export function arange(start: number, end: number, step?: number, options?: CreateOptions): Tensor;
export function arange(
  first: number,
  second?: number | CreateOptions,
  step = 1,
  options: CreateOptions = {},
): Tensor {
  const isOptions = typeof second !== "number" && second !== undefined;
  const given = isOptions ? second : options;
  checkCreation("arange", given);
  const [start, end] = typeof second === "number" ? [first, second] : [0, first];
  const length = Math.ceil((end - start) / step);
  if (!Number.isFinite(length) || length < 0) {
    throw new RangeError(
      `arange: from ${start} to ${end} in steps of ${step} is no sequence; the step must lead to the end.`,
    );
  }
  const numbers = Array.from({ length }, (_, i) => start + i * step);
  return upload("arange", numbers, given);
}

/**
 * `steps` numbers evenly spread from `start` to `end`, both included.
 *
 * @throws ShapeError when steps is not a whole number ≥ 0
 * @example
 * await linspace(0, 1, 5).toArray(); // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(start: number, end: number, steps: number, options: CreateOptions = {}): Tensor {
  checkShape("linspace", [steps]);
  checkCreation("linspace", options);
  const step = (end - start) / Math.max(steps - 1, 1);
  // Counted from the nearer end, so that both are met exactly.
  const number = (i: number) => (2 * i < steps ? start + i * step : end - (steps - 1 - i) * step);
  const numbers = Array.from({ length: steps }, (_, i) => number(i));
  return upload("linspace", numbers, options);
}

/**
 * A matrix with ones on its diagonal, square unless `cols` is given.
 *
 * @throws ShapeError when a length is not a whole number ≥ 0
 * @example
 * await eye(2).toArray(); // [[1, 0], [0, 1]]
 */
export function eye(rows: number, cols: number = rows, options: CreateOptions = {}): Tensor {
  checkShape("eye", [rows, cols]);
  checkCreation("eye", options);
  const numbers = new Float32Array(rows * cols);
  for (let i = 0; i < Math.min(rows, cols); i++) numbers[i * cols + i] = 1;
  return upload("eye", numbers, { ...options, dtype: options.dtype ?? "f32", shape: [rows, cols] });
}
