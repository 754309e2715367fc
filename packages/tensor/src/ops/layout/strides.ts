// Pure rules of how views lie in a storage: no GPU, no Tensor.
import { at, collapse, rowMajor, type Shape, sizeOf } from "../../shape.js";

/**
 * Strides under which the elements of a strided view are read in their order as `target`, of the same size; undefined
 * where only a copy can be. As PyTorch's `view`.
 */
export function viewStrides(
  shape: Shape,
  strides: readonly number[],
  target: Shape,
): readonly number[] | undefined {
  if (sizeOf(target) === 0) return rowMajor(target);
  // Stretches of the storage, as long as possible, through which the view steps evenly: no new axis may cross their ends.
  const { rank, strides: steps, axes } = collapse(shape, [strides]);
  const stretches = Array.from({ length: rank }, (_, i) => ({
    length: at(axes, 4 * i),
    stride: at(at(steps, 0), i),
  }));
  const result = new Array<number>(target.length);
  let { length: rest, stride } = at(stretches, rank - 1);
  stretches.pop();
  for (let axis = target.length - 1; axis >= 0; axis--) {
    const length = at(target, axis);
    if (rest === 1 && length !== 1) ({ length: rest, stride } = stretches.pop() ?? { length: rest, stride });
    if (rest % length !== 0) return undefined;
    result[axis] = stride;
    rest /= length;
    stride *= length;
  }
  return result;
}

/** Whether a view shows an element of its storage more than once, as expand() and unfold() do. */
export function showsTwice(shape: Shape, strides: readonly number[]): boolean {
  if (sizeOf(shape) === 0) return false;
  const axes = shape
    .map((length, axis) => ({ length, stride: at(strides, axis) }))
    .filter(({ length }) => length > 1)
    .sort((a, b) => a.stride - b.stride);
  // Nothing meets where every axis steps over all that the axes of smaller strides reach, as in nearly every view.
  let reach = 0;
  const steps = axes.map(({ length, stride }) => {
    const isOver = stride > reach;
    reach += (length - 1) * stride;
    return isOver;
  });
  // Else places are counted, up to the last axis that does not.
  let places = new Set([0]);
  for (const { length, stride } of axes.slice(0, steps.lastIndexOf(false) + 1)) {
    const shown = places.size * length;
    const next = new Set<number>();
    for (const place of places) for (let i = 0; i < length; i++) next.add(place + i * stride);
    if (next.size < shown) return true;
    places = next;
  }
  return false;
}
