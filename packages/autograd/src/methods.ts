// Gives every tensor the method backward(). The tensor package notes calls; this package gives them their meaning.
import { Tensor } from "@weft/tensor";
import { type BackwardOptions, backward } from "./backward.js";

declare module "@weft/tensor" {
  interface Tensor {
    /** Adds the gradient of this loss to the `grad` of every leaf behind it; see `backward` of @weft/autograd. */
    backward(options?: BackwardOptions): void;
  }
}

Object.defineProperty(Tensor.prototype, "backward", {
  value(this: Tensor, options?: BackwardOptions) {
    backward(this, options);
  },
});
