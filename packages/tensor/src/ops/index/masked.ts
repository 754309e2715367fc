// Ops whose result is as long as its data say: the number is read from the GPU, so they return promises.

import { isRecording, withRecording } from "../../ambient/recording.js";
import { keep, scope } from "../../ambient/scope.js";
import { ones, zeros } from "../../create.js";
import { ANY, checkInputs, defineOp, INDEX } from "../../op.js";
import { at, broadcast, rowMajor } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { div, remainder, sub } from "../elementwise/arithmetic.js";
import { ne } from "../elementwise/compare.js";
import { where } from "../elementwise/where.js";
import { expand, flatten } from "../layout/layout.js";
import { slice, stack } from "../layout/parts.js";
import { cumsum } from "../reduce/cumulative.js";
import { readAlongAxis } from "./readAlongAxis.js";
import { searchSorted } from "./searchSorted.js";

interface Found {
  /** For each true element, counted from 0, its place: (count). */
  readonly places: Tensor;
  /** For each element the number of true ones up to it, itself included: (n). */
  readonly ranks: Tensor;
}

/** Where a mask (n) of bool is true. Of the running count only the last number is read. */
async function find(mask: Tensor): Promise<Found> {
  const { size, device } = mask;
  // An enclosing scope ends before the number arrives.
  const ranks = keep(cumsum(mask, { axis: 0 }));
  const last = keep(slice(ranks, 0, size - 1));
  const count = size === 0 ? 0 : await last.item();
  last.dispose();
  // The k-th true element is the first one up to which there are k.
  const places = scope(() =>
    searchSorted(ranks, cumsum(ones([count], { dtype: "i32", device }), { axis: 0 })),
  );
  return { places, ranks };
}

type Moves = readonly [x: Tensor, places: Tensor, targets: Tensor];

/** x (n), places (count), targets (n) → (count): the elements at these places. */
const compactOp: (...inputs: Moves) => Tensor = defineOp<Moves>({
  name: "maskedSelect",
  accepts: [ANY, INDEX],
  shape: ([, places]) => places.shape,
  forward: ({ inputs: [x, index], output }) =>
    readAlongAxis({ x, index, indexStrides: index.strides, axis: 0, output, missing: "zero" }),
  backward: ({ inputs: [, places, targets], grad }) => [
    () => spreadOp(grad, places, targets),
    undefined,
    undefined,
  ],
});

/** The inverse, for each element the one that its target names, or 0: no two write to one place, so it reads. */
const spreadOp: (...inputs: Moves) => Tensor = defineOp<Moves>({
  name: "maskedSelect gradient",
  accepts: [ANY, INDEX],
  shape: ([, , targets]) => targets.shape,
  forward: ({ inputs: [x, , index], output }) =>
    readAlongAxis({ x, index, indexStrides: index.strides, axis: 0, output, missing: "zero" }),
  backward: ({ inputs: [, places, targets], grad }) => [
    () => compactOp(grad, places, targets),
    undefined,
    undefined,
  ],
});

/** What a body makes, in row-major order, on its own: a scope that ends while the count is read does not free it. */
const keptFlat = (body: () => Tensor): Tensor => keep(scope(() => flatten(body()).detach()));

/**
 * The elements of x where the mask is true, in row-major order. How many these are is read from the GPU, hence the promise.
 * Gradients flow back to their places.
 *
 * Shapes: x and mask (bool) that broadcast → (count).
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the mask is not bool
 * @example
 * const x = tensor([3, -1, 2]);
 * const positive = await maskedSelect(x, gt(x, 0));
 * await positive.toArray(); // [3, 2]
 */
export async function maskedSelect(x: Tensor, mask: Tensor): Promise<Tensor> {
  checkInputs("maskedSelect", [x, mask], [ANY, ["bool"]]);
  const shape = broadcast("maskedSelect", x.shape, mask.shape);
  const recording = isRecording();
  const flat = keptFlat(() => expand(mask, shape));
  const { places, ranks } = await find(flat);
  const targets = scope(() => where(flat, sub(ranks, 1), -1));
  const selected = withRecording(recording, () => compactOp(flatten(expand(x, shape)), places, targets));
  for (const passed of [flat, ranks]) passed.dispose();
  if (selected.call === undefined) for (const passed of [places, targets]) passed.dispose();
  return selected;
}

/**
 * The indices of all elements that are not 0, in row-major order; NaN is not 0. How many these are is read from the GPU,
 * hence the promise.
 *
 * Shapes: x of rank r → (count, r), of dtype i32.
 *
 * @example
 * const indices = await nonzero(tensor([[0, 5], [7, 0]]));
 * await indices.toArray(); // [[0, 1], [1, 0]]
 */
export async function nonzero(x: Tensor): Promise<Tensor> {
  checkInputs("nonzero", [x], [ANY]);
  const { shape } = x;
  const flat = keptFlat(() => (x.dtype === "bool" ? x : ne(x, 0)));
  const { places, ranks } = await find(flat);
  const indices = scope(() => {
    if (shape.length === 0) return zeros([places.size, 0], { dtype: "i32", device: x.device });
    const columns = rowMajor(shape).map((stride, axis) =>
      remainder(div(places, Math.max(stride, 1), { roundingMode: "floor" }), Math.max(at(shape, axis), 1)),
    );
    return stack(columns, 1);
  });
  for (const passed of [flat, ranks, places]) passed.dispose();
  return indices;
}
