// Ops that show elements again, at other places of a new tensor.

import { checkList } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { at, checkShape, frontAxis, type Shape, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { clone, contiguous, expand, reshape } from "./layout.js";
import { cat, slice } from "./parts.js";

/** Whole copies of x side by side: `times[i]` along axis i, missing ones in front count as 1. */
function copies(op: string, x: Tensor, times: Shape): Tensor {
  const missing = times.length - x.rank;
  const shape = [...new Array<number>(missing).fill(1), ...x.shape];
  checkShape(
    op,
    shape.map((length, axis) => length * at(times, axis)),
  );
  let result = reshape(x, shape);
  times.forEach((count, axis) => {
    if (count === 1) return;
    const { shape } = result;
    // Seen as (outer, rest), the rest is what follows once more.
    const [outer, rest] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
    const again = expand(reshape(result, [outer, 1, rest]), [outer, count, rest]);
    result = reshape(again, shape.with(axis, at(shape, axis) * count));
  });
  return result.storage === x.storage ? clone(result) : contiguous(result);
}

function checkTimes(op: string, times: Shape): void {
  if (times.every((count) => Number.isInteger(count) && count >= 0)) return;
  throw new ShapeError(`${op}: times are ${show(times)}; use whole numbers ≥ 0.`);
}

/**
 * x side by side with itself, `times[i]` times along axis i; more times than axes add axes in front. Always a copy; expand()
 * repeats an axis of length 1 without one.
 *
 * Shapes: (a, b), [k, l, m] → (k, l · a, m · b)
 *
 * @throws ShapeError when there are fewer times than axes, or one is no whole number ≥ 0
 * @example
 * await repeat(tensor([1, 2]), [2, 2]).toArray(); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function repeat(x: Tensor, times: Shape): Tensor {
  checkTensor("repeat", x);
  checkList("repeat", "times", times);
  checkTimes("repeat", times);
  if (times.length < x.rank) {
    throw new ShapeError(
      `repeat: times ${show(times)} are fewer than the axes of ${show(x.shape)}; name all, or use tile().`,
    );
  }
  return copies("repeat", x, times);
}

/**
 * As repeat(), but fewer times than axes are those of the last axes. Always a copy. Shapes: (a, b), [m] → (a, m · b)
 *
 * @throws ShapeError when one of the times is no whole number ≥ 0
 * @example
 * await tile(tensor([[1, 2], [3, 4]]), [2]).toArray(); // [[1, 2, 1, 2], [3, 4, 3, 4]]
 */
export function tile(x: Tensor, times: Shape): Tensor {
  checkTensor("tile", x);
  checkList("tile", "times", times);
  checkTimes("tile", times);
  return copies("tile", x, [...new Array<number>(Math.max(x.rank - times.length, 0)).fill(1), ...times]);
}

/** x with its elements moved along one axis. */
function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const length = at(x.shape, axis);
  // Elements before this one come last.
  const first = length === 0 ? 0 : (length - (shift % length)) % length;
  return cat([slice(x, axis, first), slice(x, axis, 0, first)], axis);
}

/**
 * The elements moved by `shifts` along `axes`; those that leave at one end enter at the other. Without axes, x is flattened
 * meanwhile. An axis named twice is moved twice. Always a copy. Shapes: any → the same.
 *
 * `roll(x, s)[i] = x[(i − s) mod n]`
 *
 * @throws ShapeError when shifts are no whole numbers, or not as many as the axes
 * @example
 * await roll(arange(4), 1).toArray(); // [3, 0, 1, 2]
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  axes?: number | readonly number[],
): Tensor {
  checkTensor("roll", x);
  const steps = typeof shifts === "number" ? [shifts] : shifts;
  const along = axes === undefined ? undefined : typeof axes === "number" ? [axes] : axes;
  const count = along?.length ?? 1;
  if (steps.length !== count || count === 0 || !steps.every(Number.isInteger)) {
    throw new ShapeError(
      `roll: shifts ${show(steps)} and axes ${along === undefined ? "left out" : show(along)} do not go together; ` +
        "give a whole number for each axis.",
    );
  }
  if (along === undefined) return reshape(rolled(reshape(x, [-1]), at(steps, 0), 0), x.shape);
  return along.reduce((y, axis, i) => rolled(y, at(steps, i), frontAxis("roll", axis, x.rank)), x);
}
