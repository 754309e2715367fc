import { checkTensor } from "../../checks/checkTensor.js";
import { copyElements } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { at, frontAxes } from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";

/** A layout walked backwards along some axes. Kernels count in u32, which wraps, so negative strides lead back. */
const backwards = ({ shape, strides, offset }: Layout, axes: readonly number[]): Layout => ({
  shape,
  strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
  offset: axes.reduce((sum, axis) => sum + (at(shape, axis) - 1) * at(strides, axis), offset),
});

const flipOp = defineOp<[x: Tensor], { readonly axes: readonly number[] }>({
  name: "flip",
  accepts: [ANY],
  shape: ([x]) => x.shape,
  forward: ({ inputs: [x], output, attributes: { axes } }) =>
    copyElements(x, output, backwards(output, axes)),
  backward: ({ attributes: { axes }, grad }) => [() => flip(grad, axes)],
});

/**
 * The elements in reverse order along one or several axes: always a copy. Shapes: any → the same.
 *
 * @throws ShapeError when there is no such axis, or one is named twice
 * @example
 * await flip(arange(3), 0).toArray(); // [2, 1, 0]
 */
export function flip(x: Tensor, axis: number | readonly number[]): Tensor {
  checkTensor("flip", x);
  return flipOp(x, { axes: frontAxes("flip", axis, x.rank) });
}
