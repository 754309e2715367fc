import type { Tensor } from "@weft/tensor";
import { Module } from "../module.js";

/**
 * Gives what it takes: stands where a layer may be left out (PyTorch's nn.Identity). Shapes: any → the same.
 *
 * @example
 * await new Identity().forward(tensor([1, 2])).toArray(); // [1, 2]
 */
export class Identity extends Module {
  static override readonly name: string = "Identity";

  forward(x: Tensor): Tensor {
    return x;
  }
}
