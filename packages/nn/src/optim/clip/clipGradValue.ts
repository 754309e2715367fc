import { clamp, scope, type Tensor, withRecording } from "@weft/tensor";
import { checkTensors } from "../groups.js";
import { JoinedGradients } from "./joinedGradients.js";

/**
 * Moves every element of every gradient into [−maxValue, maxValue], in place (PyTorch's clip_grad_value_).
 * An optimizer's option `clipValue` does the same within its step, at no cost of its own.
 *
 * @throws TypeError when there is no list of parameters
 * @throws RangeError when maxValue is not positive
 * @example
 * const x = tensor([3, -0.5], { requiresGrad: true });
 * x.square().sum().backward();
 * clipGradValue([x], 2);
 * await x.grad.toArray(); // [2, -1]
 */
export function clipGradValue(parameters: readonly Tensor[], maxValue: number): void {
  checkTensors("clipGradValue", parameters);
  if (!(maxValue > 0)) throw new RangeError(`clipGradValue: maxValue is ${maxValue}; use a number > 0.`);
  withRecording(false, () =>
    scope(() => {
      const gradients = new JoinedGradients(parameters);
      gradients.assign(gradients.flat.map((flat) => clamp(flat, -maxValue, maxValue)));
    }),
  );
}
