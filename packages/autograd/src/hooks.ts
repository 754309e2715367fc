import { checkFunction, checkTensor, isRecording, ShapeError, type Tensor, WeftError } from "@weft/tensor";
import { drop, own, tidy } from "./differentiating.js";

/** Is given a gradient when it is complete, and may return another one to go on with. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type Hook = (grad: Tensor) => Tensor | void;

/** Takes a hook away again; `using handle = …` does so at the end of the block. */
export interface HookHandle {
  remove(): void;
  [Symbol.dispose](): void;
}

const hooks = new WeakMap<Tensor, Set<Hook>>();

/**
 * Calls `hook` with the gradient of x each time a backward has completed it: once, after all uses of x have been added
 * up. What the hook returns takes its place. The gradient is freed afterwards; `keep()` it to have it longer. Several hooks run in the order in which they were
 * registered.
 *
 * @throws WeftError when x requires no gradient
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const handle = registerHook(x, (grad) => grad.mul(10));
 * sum(square(x)).backward();
 * await x.grad.toArray(); // [20, 40]
 * handle.remove();
 */
export function registerHook(x: Tensor, hook: Hook): HookHandle {
  checkTensor("registerHook", x);
  checkFunction("registerHook", "the hook", hook);
  if (!x.requiresGrad) {
    throw new WeftError(
      `registerHook: the tensor (${x.shape.join(", ")}) requires no gradient; set requiresGrad, or compute it from one that does.`,
    );
  }
  const own: Hook = (grad) => hook(grad); // the same function may be registered twice
  const registered = hooks.get(x) ?? new Set();
  hooks.set(x, registered.add(own));
  const remove = () => {
    registered.delete(own);
  };
  return { remove, [Symbol.dispose]: remove };
}

/** The gradient of x after its hooks. */
export function runHooks(x: Tensor, grad: Tensor): Tensor {
  let current = grad;
  for (const hook of [...(hooks.get(x) ?? [])]) current = runHook(hook, current);
  return current;
}

function runHook(hook: Hook, grad: Tensor): Tensor {
  const replaced = tidy(() => {
    // A hook may keep what it is given: it gets a view of its own.
    const result = hook(isRecording() ? grad : grad.detach());
    if (result === undefined) return undefined;
    if (result.shape.join() !== grad.shape.join() || result.dtype !== grad.dtype) {
      const show = ({ dtype, shape }: Tensor) => `${dtype} (${shape.join(", ")})`;
      throw new ShapeError(
        `registerHook: the hook returned ${show(result)} for a gradient ${show(grad)}; return one of the same shape and dtype.`,
      );
    }
    return own(result);
  });
  if (replaced === undefined) return grad;
  drop(grad);
  return replaced;
}
