import {
  add,
  assign,
  cast,
  clone,
  isRecording,
  keepWith,
  mul,
  reshape,
  ShapeError,
  sum,
  Tensor,
} from "@weft/tensor";
import { drop } from "./differentiating.js";

/** Gradients on their way, added up here, once, for every op. */
export class Accumulator {
  readonly #totals = new Map<Tensor, Tensor>();

  /** Adds to the gradient of x, and returns what it is now. */
  add(x: Tensor, grad: Tensor): Tensor {
    const before = this.#totals.get(x);
    const total = before === undefined ? grad : add(before, grad);
    this.#totals.set(x, total);
    if (before !== undefined) for (const part of [before, grad]) drop(part);
    return total;
  }

  /** The finished gradient of x, removed. */
  take(x: Tensor): Tensor | undefined {
    const grad = this.#totals.get(x);
    this.#totals.delete(x);
    return grad;
  }

  /** What nobody has taken. */
  rest(): Iterable<[x: Tensor, grad: Tensor]> {
    return this.#totals;
  }
}

/** A gradient in the shape and dtype of input i of an op; a rule that returns one that cannot be is wrong. */
export function fitted(op: string, i: number, grad: Tensor, { shape, dtype }: Tensor): Tensor {
  if (!(grad instanceof Tensor)) {
    throw new TypeError(
      `backward: ${op} returned ${String(grad)} as gradient of input ${i + 1}; return a tensor.`,
    );
  }
  const result = sumToShape(grad, shape);
  if (result.shape.join() === shape.join()) return cast(result, dtype);
  throw new ShapeError(
    `backward: ${op} returned (${grad.shape.join(", ")}) as gradient of input ${i + 1}, ` +
      `expected (${shape.join(", ")}); correct its gradient rule.`,
  );
}

/** Sums a gradient over the axes along which its tensor was repeated. */
function sumToShape(grad: Tensor, shape: readonly number[]): Tensor {
  const missing = grad.rank - shape.length;
  if (missing < 0) return grad;
  const axis = grad.shape.flatMap((length, i) =>
    i < missing || (shape[i - missing] === 1 && length !== 1) ? [i] : [],
  );
  if (axis.length === 0) return grad;
  const kept = grad.shape.slice(missing).map((length, i) => (shape[i] === 1 ? 1 : length));
  return reshape(sum(grad, { axis }), kept);
}

/** Adds a finished gradient to the `grad` of its leaf, and lets it live as long; one without history is added in place. */
export function landOn(leaf: Tensor, grad: Tensor): void {
  const before = leaf.grad;
  if (!before) leaf.grad = keepWith(leaf, ownCopy(grad));
  else if (isRecording() || before.requiresGrad) leaf.grad = keepWith(leaf, add(before, grad));
  else assign(before, add(before, grad));
  drop(grad);
}

/** A gradient that shares memory with no other tensor: it will be changed in place by clipping and accumulation. */
export function ownCopy(grad: Tensor): Tensor {
  if (isRecording()) return mul(grad, 1);
  const isOwn = grad.isContiguous && !grad.storage.isShared;
  return isOwn ? grad.detach() : clone(grad);
}
