// How every view that shows a part of a tensor, each element at most once, is made, and its inverse.
import { fill } from "../../create.js";
import { copyElements } from "../../launch.js";
import { defineOp, defineView } from "../../op.js";
import { at, type Shape } from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";

/** Where a part lies in a whole, whatever the strides of that are. */
export type Part = (whole: Layout) => Layout;

/** Makes the op that shows a part of its input. */
export function partOp(name: string): (x: Tensor, part: Part) => Tensor {
  const op = defineView<Part>({
    name,
    layouts: (x, part) => [part(x)],
    backward: ({ inputs: [x], attributes: part, grad }) => [() => embedOp(grad, { part, shape: x.shape })],
  });
  return (x, part) => at(op(x, part), 0);
}

/** The inverse: x as a part of zeros. */
const embedOp = defineOp<[x: Tensor], { readonly part: Part; readonly shape: Shape }>({
  name: "part gradient",
  shape: (_, { shape }) => shape,
  forward({ inputs: [x], output, attributes: { part } }) {
    fill("part gradient", output, 0);
    copyElements(x, output, part(output));
  },
  backward: ({ attributes: { part }, grad }) => [() => partOfGradient(grad, part)],
});

const partOfGradient = partOp("part");

/** `length` elements of an axis, from `start` in steps of `step`. */
export const range =
  (axis: number, start: number, length: number, step = 1): Part =>
  ({ shape, strides, offset }) => ({
    shape: shape.with(axis, length),
    strides: strides.with(axis, at(strides, axis) * step),
    // An empty part begins where the whole does, so that it never begins behind the storage.
    offset: length === 0 ? offset : offset + start * at(strides, axis),
  });

/** The elements at one index of an axis, without that axis. */
export const single =
  (axis: number, index: number): Part =>
  ({ shape, strides, offset }) => ({
    shape: shape.toSpliced(axis, 1),
    strides: strides.toSpliced(axis, 1),
    offset: offset + index * at(strides, axis),
  });
