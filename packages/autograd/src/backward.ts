import {
  add,
  assign,
  type Call,
  expand,
  keep,
  ones,
  reshape,
  ShapeError,
  scope,
  sum,
  type Tensor,
  WeftError,
  withRecording,
  zeros,
} from "@weft/tensor";
import { callsBehind, newestFirst, release } from "./calls.js";

export interface BackwardOptions {
  /** Keeps the calls, so that `backward()` can run again; else each is forgotten as soon as it is done. */
  readonly retainGraph?: boolean;
}

/**
 * Computes the gradient of a loss with respect to every leaf with `requiresGrad` and adds it to the leaf's `grad`.
 * The calls behind the loss are read newest first; each turns the gradients of its outputs into those of its inputs
 * (the chain rule) and is forgotten, so that the scope around it, or else JavaScript, can free what it held. Nothing is
 * read from the GPU.
 *
 * @throws ShapeError when the loss holds more than one number
 * @throws WeftError when no input of the loss requires a gradient, or its calls were freed by an earlier backward
 * @example
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * backward(sum(square(x)));
 * await x.grad.toArray(); // [2, 4, 6]
 */
export function backward(loss: Tensor, { retainGraph = false }: BackwardOptions = {}): void {
  if (loss.size !== 1) {
    throw new ShapeError(
      `backward: loss must hold one number, got shape (${loss.shape.join(", ")}); call mean() or sum() first.`,
    );
  }
  if (!loss.requiresGrad) {
    throw new WeftError(
      "backward: nothing behind this loss requires a gradient; set requiresGrad on a leaf first.",
    );
  }
  withRecording(false, () => scope(() => walk(loss, retainGraph)));
}

function walk(loss: Tensor, retainGraph: boolean): void {
  const grads = new Gradients();
  try {
    grads.add(loss, ones(loss.shape, { device: loss.device }));
    for (const call of newestFirst(callsBehind(loss))) {
      const arrived = call.outputs.map((output) => grads.take(output));
      if (arrived.some((grad) => grad !== undefined)) passOn(call, arrived, grads);
      if (!retainGraph) release(call);
    }
    grads.landOnLeaves();
  } finally {
    grads.dispose();
  }
}

/** Turns the gradients of a call's outputs into those of its inputs. What its rule made on the way is freed. */
function passOn(call: Call, arrived: readonly (Tensor | undefined)[], grads: Gradients): void {
  checkUnchanged(call);
  scope(() => {
    const filled = call.outputs.map(
      (output, i) => arrived[i] ?? expand(zeros([], { device: output.device }), output.shape),
    );
    const rules = call.op.backward?.(call, filled) ?? [];
    call.inputs.forEach((input, i) => {
      const grad = input.requiresGrad ? rules[i]?.() : undefined;
      if (grad !== undefined) grads.add(input, fitted(call.op.name, i, grad, input.shape));
    });
  });
  for (const grad of arrived) grad?.dispose();
}

/** A gradient rule must read what its op has read. Some read nothing; they are not told apart. */
function checkUnchanged({ op, inputs, outputs, versions }: Call): void {
  const tensors = [...inputs, ...outputs];
  const changed = tensors.find(({ storage }, i) => versions !== undefined && storage.version !== versions[i]);
  if (changed === undefined) return;
  throw new WeftError(
    `backward: a tensor (${changed.shape.join(", ")}) was changed in place after ${op.name} used it; ` +
      "call backward() before assign() or optimizer.step().",
  );
}

/** Gradients on their way, accumulated here, once, for every op. */
class Gradients {
  readonly #waiting = new Map<Tensor, Tensor>();

  add(x: Tensor, grad: Tensor): void {
    const before = this.#waiting.get(x);
    // A rule may hand on the very gradient it was given: a view of it has a life of its own.
    this.#waiting.set(x, keep(before === undefined ? grad.detach() : add(before, grad)));
    before?.dispose();
  }

  /** The finished gradient of x, removed. */
  take(x: Tensor): Tensor | undefined {
    const grad = this.#waiting.get(x);
    this.#waiting.delete(x);
    return grad;
  }

  /** Frees what is still on its way. */
  dispose(): void {
    for (const grad of this.#waiting.values()) grad.dispose();
  }

  /** What is left when all calls are done belongs to leaves: it goes to their `grad`. */
  landOnLeaves(): void {
    for (const [leaf, grad] of this.#waiting) {
      if (leaf.grad === undefined) leaf.grad = keep(ownCopy(grad));
      else assign(leaf.grad, add(leaf.grad, grad));
      grad.dispose();
    }
  }
}

/** A gradient summed to its input's shape; a rule that returns another one is wrong. */
function fitted(op: string, input: number, grad: Tensor, shape: readonly number[]): Tensor {
  const result = sumToShape(grad, shape);
  if (result.shape.join() === shape.join()) return result;
  throw new ShapeError(
    `backward: ${op} returned (${grad.shape.join(", ")}) as gradient of input ${input + 1}, ` +
      `expected (${shape.join(", ")}); correct its gradient rule.`,
  );
}

/** A gradient that shares memory with no other tensor: it will be changed in place by clipping and accumulation. */
function ownCopy(grad: Tensor): Tensor {
  const isOwn = grad.isContiguous && !grad.storage.isShared;
  return isOwn ? grad.detach() : assign(zeros(grad.shape, { device: grad.device }), grad);
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
