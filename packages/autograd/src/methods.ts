// Gives every tensor the methods backward() and registerHook(). The tensor package notes calls; this package gives them
// their meaning.
import { Tensor } from "@weft/tensor";
import { type BackwardOptions, backward } from "./backward.js";
import { type Hook, type HookHandle, registerHook } from "./hooks.js";

declare module "@weft/tensor" {
  interface Tensor {
    /** Adds the gradient of this loss to the `grad` of every leaf behind it; see `backward` of @weft/autograd. */
    backward(options?: BackwardOptions): void;
    /** Calls the hook with each completed gradient of this tensor; see `registerHook` of @weft/autograd. */
    registerHook(hook: Hook): HookHandle;
  }
}

Object.defineProperty(Tensor.prototype, "backward", {
  value(this: Tensor, options?: BackwardOptions) {
    backward(this, options);
  },
});

Object.defineProperty(Tensor.prototype, "registerHook", {
  value(this: Tensor, hook: Hook) {
    return registerHook(this, hook);
  },
});
