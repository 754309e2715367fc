// The linear recurrence h[i] = a[i] · h[i−1] + b[i] along an axis: what running sums and products are made of, and what
// their derivatives are.
import { kernels } from "@weft/kernels";
import { full } from "../../create.js";
import { computeOf, type DType, elementOf } from "../../dtype.js";
import { empty, launch } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { at, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul } from "../elementwise/arithmetic.js";
import { cat, slice } from "../layout/parts.js";
import type { Block } from "./axes.js";
import { partsOf } from "./fold.js";
import { countable } from "./sum.js";

/** The axis to walk, and whether from its end. */
export interface Way {
  readonly axis: number;
  readonly reverse: boolean;
}

/** What h follows; without `a` a = 1, without `b` b = 0. */
interface Terms {
  readonly a?: Tensor | undefined;
  readonly b?: Tensor | undefined;
  /** The h before the first. */
  readonly initial: 0 | 1;
  readonly reverse: boolean;
  /** Where an h stands for a whole part: what it is after a part that begins with 0. */
  readonly afterZero?: Tensor;
}

/** Encodes recurrence.wgsl; long lines in parts, as its header tells. */
function recur(terms: Terms, output: Tensor, block: Block): void {
  const { a, b, initial, reverse, afterZero } = terms;
  const { outer, length, inner } = block;
  const { chunk, parts } = partsOf(block);
  const { device } = output;
  const wide: DType = output.dtype === "f16" ? "f32" : output.dtype;
  const first = (a ?? b) as Tensor;
  const walk = (out: Tensor, { start = initial, carries, ...knobs }: Walk = {}) =>
    launch(
      kernels.recurrence,
      { a: first, b: b ?? afterZero ?? first, carries: carries ?? first, out },
      { length, inner, chunk, parts, size: outer * parts * inner, initial: start },
      {
        invocations: outer * parts * inner,
        knobs: {
          ...{ A: a ? 1 : 0, B: b ? 1 : 0, REVERSE: reverse ? 1 : 0, OF_ENDS: afterZero ? 1 : 0 },
          ...{ CARRIED: carries ? 1 : 0, ...knobs },
          ...{ Element: elementOf(first.dtype), Compute: computeOf(wide), Out: elementOf(out.dtype) },
        },
      },
    );
  if (parts === 1) {
    walk(output);
    return;
  }
  const perPart = () => empty({ shape: [outer * parts * inner], dtype: wide, device });
  const [ends, carries] = [perPart(), perPart()];
  walk(ends, { ENDS: 1, start: 0 });
  const products = a && perPart();
  if (products) walk(products, { ENDS: 1, start: 1, B: 0, OF_ENDS: 0 });
  // A running product that does not begin with 0 owes nothing to what follows 0.
  const ofParts = { a: products, b: b && ends, initial, reverse, afterZero: ends };
  recur(ofParts, carries, { outer, length: parts, inner });
  walk(output, { carries });
  for (const made of [ends, carries, products]) made?.dispose();
}

/** How one launch differs from a plain walk along whole lines. */
interface Walk {
  readonly start?: 0 | 1;
  readonly carries?: Tensor;
  readonly ENDS?: 1;
  readonly B?: 0;
  readonly OF_ENDS?: 0;
}

/** The block whose middle axis is this one. */
const blockAt = ({ shape }: Tensor, axis: number): Block => ({
  outer: sizeOf(shape.slice(0, axis)),
  length: at(shape, axis),
  inner: sizeOf(shape.slice(axis + 1)),
});

/** Element i is the one that was walked over before i; the first is `initial`. */
export function previous(h: Tensor, { axis, reverse }: Way, initial: 0 | 1): Tensor {
  if (h.shape[axis] === 0) return h;
  const edge = full(h.shape.with(axis, 1), initial, { dtype: h.dtype, device: h.device });
  return reverse ? cat([slice(h, axis, 1), edge], axis) : cat([edge, slice(h, axis, 0, -1)], axis);
}

const back = ({ axis, reverse }: Way): Way => ({ axis, reverse: !reverse });

/**
 * The derivative of a loss by b: every later h hangs on b[i] through h[i] alone, and h[i+1] = a[i+1] h[i] + …, so
 * λ[i] = dh[i] + a[i+1] λ[i+1], the same recurrence from the other end.
 */
const adjoint = (a: Tensor, grad: Tensor, way: Way): Tensor =>
  recurrenceOp(previous(a, back(way), 0), grad, back(way));

/** h[i] = a[i] h[i−1] + b[i] from h[−1] = 0. */
const recurrenceOp: (a: Tensor, b: Tensor, way: Way) => Tensor = defineOp<[a: Tensor, b: Tensor], Way>({
  name: "recurrence",
  shape: ([a]) => a.shape,
  forward: ({ inputs: [a, b], output, attributes: { axis, reverse } }) =>
    recur({ a, b, initial: 0, reverse }, output, blockAt(a, axis)),
  backward({ inputs: [a], output: h, attributes: way, grad }) {
    let known: Tensor | undefined;
    const byB = () => {
      known ??= adjoint(a, grad, way);
      return known;
    };
    return [() => mul(byB(), previous(h, way, 0)), byB];
  },
});

/** Running sums: h[i] = h[i−1] + b[i]. */
export const cumsumOp: (b: Tensor, way: Way) => Tensor = defineOp<[b: Tensor], Way>({
  name: "cumsum",
  accepts: [ANY],
  shape: ([b]) => b.shape,
  dtype: ([b]) => countable(b.dtype),
  forward: ({ inputs: [b], output, attributes: { axis, reverse } }) =>
    recur({ b, initial: 0, reverse }, output, blockAt(b, axis)),
  backward: ({ attributes: way, grad }) => [() => cumsumOp(grad, back(way))],
});

/** Running products: h[i] = a[i] h[i−1] from h[−1] = 1. No rule divides by an element, so 0 is like any other number. */
export const cumprodOp: (a: Tensor, way: Way) => Tensor = defineOp<[a: Tensor], Way>({
  name: "cumprod",
  accepts: [ANY],
  shape: ([a]) => a.shape,
  dtype: ([a]) => countable(a.dtype),
  forward: ({ inputs: [a], output, attributes: { axis, reverse } }) =>
    recur({ a, initial: 1, reverse }, output, blockAt(a, axis)),
  backward: ({ inputs: [a], output: h, attributes: way, grad }) => [
    () => mul(adjoint(a, grad, way), previous(h, way, 1)),
  ],
});
