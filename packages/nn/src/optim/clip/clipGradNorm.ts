import {
  add,
  div,
  minimum,
  mul,
  scope,
  sqrt,
  square,
  sum,
  type Tensor,
  withRecording,
  zeros,
} from "@weft/tensor";
import { checkTensors } from "../groups.js";
import { JoinedGradients } from "./joinedGradients.js";

/**
 * Scales all gradients by `min(1, maxNorm / (‖g‖ + 1e-6))`, with ‖g‖ the 2-norm of all of them together, and returns
 * ‖g‖ before scaling, on the GPU: nothing is read back (Pascanu et al. 2013; PyTorch's clip_grad_norm_).
 * An optimizer's option `clipNorm` does the same within its step, at no cost of its own.
 *
 * @throws TypeError when there is no list of parameters
 * @throws RangeError when maxNorm is not positive
 * @example
 * const x = tensor([3, 4], { requiresGrad: true });
 * x.square().sum().backward();
 * const norm = clipGradNorm([x], 1);
 * await norm.item(); // 10
 * await x.grad.toArray(); // [0.6, 0.8]
 */
export function clipGradNorm(parameters: readonly Tensor[], maxNorm: number): Tensor {
  checkTensors("clipGradNorm", parameters);
  if (!(maxNorm > 0)) throw new RangeError(`clipGradNorm: maxNorm is ${maxNorm}; use a number > 0.`);
  return withRecording(false, () =>
    scope(() => {
      const gradients = new JoinedGradients(parameters);
      const { device } = gradients.flat[0] ?? {};
      const squares = gradients.flat.map((flat) => sum(square(flat)));
      const norm = sqrt(squares.reduce((total, part) => add(total, part), zeros([], device && { device })));
      const scale = minimum(div(maxNorm, add(norm, 1e-6)), 1);
      gradients.assign(gradients.flat.map((flat) => mul(flat, scale)));
      return norm;
    }),
  );
}
