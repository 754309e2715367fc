// Ambient state: whether detectAnomaly looks at the gradients while they are computed.
import { Ambient, type Call, type Tensor } from "@weft/tensor";

export interface Inspector {
  /** Looks at the gradient of an input of a call. */
  gradient(call: Call, input: number, grad: Tensor): void;
  /** Runs a walk over calls: the ops of gradient rules are not looked at one by one. */
  duringWalk<T>(walk: () => T): T;
}

export const inspection = new Ambient<Inspector | undefined>(undefined);
