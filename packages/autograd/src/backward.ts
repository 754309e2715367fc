import {
  type Call,
  checkOptions,
  checkTensor,
  type Gradient,
  isRecording,
  nextOrder,
  ones,
  ShapeError,
  Tensor,
  WeftError,
} from "@weft/tensor";
import { Accumulator, fitted, landOn } from "./accumulator.js";
import { inspection } from "./anomaly/inspection.js";
import { callsBehind, callsFrom, newestFirst, release } from "./calls.js";
import { differentiating, drop, own, tidy } from "./differentiating.js";
import { runHooks } from "./hooks.js";

// While a walk runs, isRecording() says whether the gradients shall have a history (createGraph). If so, every tensor that
// a rule makes belongs to it; if not, each gradient has one owner and is freed when it was passed on: own(), drop() and
// tidy() of differentiating.ts do that, and nothing while recording.

export interface BackwardOptions {
  /** Keeps the calls, so that `backward()` can run again; else each is forgotten as soon as it is done. */
  readonly retainGraph?: boolean;
  /** Notes the calls that compute the gradients too, so that these can be differentiated again; retains the graph. */
  readonly createGraph?: boolean;
}

/**
 * Computes the gradient of a loss with respect to every leaf with `requiresGrad` and adds it to the leaf's `grad`.
 * The calls behind the loss are read newest first; each turns the gradients of its outputs into those of its inputs
 * (the chain rule) and is forgotten, so that the scope around it, or else JavaScript, can free what it held. Nothing is
 * read from the GPU.
 *
 * @throws ShapeError when the loss holds more than one number
 * @throws TypeError when there is no such option
 * @throws WeftError when no input of the loss requires a gradient, or its calls were freed by an earlier backward
 * @example
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * backward(sum(square(x)));
 * await x.grad.toArray(); // [2, 4, 6]
 */
export function backward(loss: Tensor, options: BackwardOptions = {}): void {
  if ((options as unknown) instanceof Tensor) {
    throw new TypeError(
      "backward: a loss takes no gradient; call sum(mul(loss, gradient)) first, or use vjp().",
    );
  }
  checkTensor("backward", loss, "the loss");
  checkOptions("backward", options, ["retainGraph", "createGraph"]);
  const { createGraph = false, retainGraph = false } = options;
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
  differentiating(createGraph, () => {
    const calls = callsBehind("backward", [loss]);
    const seeds: Seed[] = [[loss, ones(loss.shape, { dtype: loss.dtype, device: loss.device })]];
    const leaves = walk(calls, seeds, { retainGraph });
    for (const [leaf, grad] of leaves) landOn(leaf, runHooks(leaf, grad));
  });
}

/** A tensor at which a walk starts, and its gradient. */
export type Seed = readonly [output: Tensor, grad: Tensor];

export interface WalkOptions {
  readonly retainGraph?: boolean;
  /** The tensors whose gradients are asked for; without it, all leaves. */
  readonly wanted?: ReadonlySet<Tensor>;
}

/**
 * Reads calls newest first and returns the gradients of what is wanted. The gradient of a tensor is complete, and its
 * hooks run, when the call that made it is reached; for tensors that none of these calls made, that is left to whoever asked.
 */
export function walk(
  calls: ReadonlySet<Call>,
  seeds: readonly Seed[],
  { retainGraph = false, wanted }: WalkOptions,
): Map<Tensor, Tensor> {
  const results = new Map<Tensor, Tensor>();
  const grads = new Accumulator();
  const isNeeded = (x: Tensor) =>
    wanted === undefined || wanted.has(x) || (x.call !== undefined && calls.has(x.call));
  for (const [output, grad] of seeds) grads.add(output, own(grad));
  for (const call of newestFirst(calls)) {
    const arrived = call.outputs.map((output) => {
      const grad = grads.take(output);
      return grad && runHooks(output, grad);
    });
    if (arrived.some((grad) => grad !== undefined)) passOn(call, arrived, isNeeded, grads);
    for (const [i, output] of call.outputs.entries()) {
      const grad = arrived[i];
      if (grad === undefined) continue;
      if (wanted?.has(output)) results.set(output, grad);
      else drop(grad);
    }
    if (!retainGraph && !isRecording()) release(call); // gradients with a history need the calls
  }
  for (const [x, grad] of grads.rest()) if (isNeeded(x)) results.set(x, grad);
  return results;
}

/** Turns the gradients of a call's outputs into those of its inputs. What its rule made on the way is freed. */
function passOn(
  call: Call,
  arrived: readonly (Tensor | undefined)[],
  isNeeded: (x: Tensor) => boolean,
  grads: Accumulator,
): void {
  checkUnchanged(call);
  const { op, inputs } = call;
  const passed = tidy(() => {
    const rules =
      isRecording() && op.composed !== undefined ? composed(call, arrived) : rulesOf(call, arrived);
    return inputs.map((input, i) => {
      const grad = input.requiresGrad && isNeeded(input) ? rules[i]?.() : undefined;
      return grad && own(fitted(op.name, i, grad, input));
    });
  });
  for (const [i, input] of inputs.entries()) {
    const grad = passed[i];
    if (grad === undefined) continue;
    const total = grads.add(input, grad);
    inspection.value?.gradient(call, i, total);
  }
}

/** What the op's gradient rule returns for the gradients of its outputs that arrived; refuses what is no rule. */
function rulesOf(call: Call, arrived: readonly (Tensor | undefined)[]): readonly (Gradient | undefined)[] {
  const { op, inputs } = call;
  if (op.backward === undefined) {
    throw new WeftError(
      `backward: ${op.name} has no gradient rule; add \`backward\` to its definition, or detach() what goes into it.`,
    );
  }
  const rules = op.backward(call, arrived);
  if (Array.isArray(rules) && rules.every((rule) => rule === undefined || typeof rule === "function")) {
    if (rules.length === inputs.length) return rules;
    throw new WeftError(
      `backward: the gradient rule of ${op.name} returned ${rules.length} functions for ${inputs.length} inputs; ` +
        "return one for each, or undefined for an input without a gradient.",
    );
  }
  throw new WeftError(
    `backward: the gradient rule of ${op.name} must return, for each of its ${inputs.length} inputs, a function or undefined; ` +
      "write backward: ({ grad }) => [() => …].",
  );
}

/** The gradients of an op as those of the composition that stands for it: they have a history of ops. */
function composed({ op, inputs, attributes }: Call, arrived: readonly (Tensor | undefined)[]) {
  const since = nextOrder();
  const outputs = op.composed?.(inputs, attributes) ?? [];
  const wanted = new Set(inputs);
  const calls = callsFrom(wanted, callsBehind("backward", outputs, { since }));
  const found = walk(calls, seedsOf(outputs, arrived), { wanted });
  return inputs.map((input, i): Gradient | undefined => {
    // A tensor that is passed twice has one gradient for both places.
    const grad = inputs.indexOf(input) === i ? found.get(input) : undefined;
    return grad && (() => grad);
  });
}

/** The outputs at which a gradient arrived. */
export const seedsOf = (outputs: readonly Tensor[], arrived: readonly (Tensor | undefined)[]): Seed[] =>
  outputs.flatMap((output, i): Seed[] => (arrived[i] === undefined ? [] : [[output, arrived[i]]]));

/** A gradient rule must read what its op has read. */
function checkUnchanged({ op, inputs, outputs, versions }: Call): void {
  const tensors = [...inputs, ...outputs];
  const changed = tensors.find(({ storage }, i) => {
    const version = versions?.[i];
    return version !== undefined && storage.version !== version;
  });
  if (changed === undefined) return;
  throw new WeftError(
    `backward: a tensor (${changed.shape.join(", ")}) was changed in place after ${op.name} used it; ` +
      "call backward() before assign() or optimizer.step().",
  );
}
