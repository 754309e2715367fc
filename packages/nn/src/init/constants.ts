// Initial values that no chance decides.
import {
  checkOptions,
  eye as eyeOf,
  fullLike,
  onesLike,
  ShapeError,
  type Tensor,
  tensor,
  zerosLike,
} from "@weft/tensor";
import { checkWhole } from "../optionChecks.js";
import { checkTensor, fill } from "./fill.js";

/**
 * Fills a tensor with zeros, in place.
 *
 * @example
 * await init.zeros(new Linear(3, 2).bias).toArray(); // [0, 0]
 */
export const zeros = (target: Tensor): Tensor => fill("init.zeros", target, () => zerosLike(target));

/**
 * Fills a tensor with ones, in place.
 *
 * @example
 * await init.ones(new Linear(3, 2).bias).toArray(); // [1, 1]
 */
export const ones = (target: Tensor): Tensor => fill("init.ones", target, () => onesLike(target));

/**
 * Fills a tensor with one value, in place.
 *
 * @throws RangeError when the value is no number
 * @throws DTypeError when the dtype cannot hold the value
 * @example
 * await init.constant(new Linear(3, 2).bias, 0.5).toArray(); // [0.5, 0.5]
 */
export function constant(target: Tensor, value: number): Tensor {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new RangeError(`init.constant: value is ${JSON.stringify(value)}; use a number.`);
  }
  return fill("init.constant", target, () => fullLike(target, value));
}

/**
 * Fills a matrix with ones on its diagonal and zeros elsewhere, in place: a Linear that passes on as many features as it can.
 *
 * @throws ShapeError when the tensor is no matrix
 * @example
 * await init.eye(new Linear(3, 2).weight).toArray(); // [[1, 0, 0], [0, 1, 0]]
 */
export function eye(target: Tensor): Tensor {
  checkTensor("init.eye", target);
  const { shape, dtype, device } = target;
  const [rows, cols] = shape;
  if (target.rank !== 2 || rows === undefined || cols === undefined) {
    throw new ShapeError(
      `init.eye: (${shape.join(", ")}) is no matrix; use it for the weight of a Linear, and init.dirac for convolutions.`,
    );
  }
  return fill("init.eye", target, () => eyeOf(rows, cols, { dtype, device }));
}

/**
 * Fills the weight of a convolution, (out, in, …), so that it passes its input on, in place: 1 in the middle of the window
 * from channel i to channel i, 0 elsewhere. With groups each group of channels does so.
 *
 * @throws ShapeError when the tensor has no window, or the groups do not divide its channels
 * @example
 * await init.dirac(zeros([2, 2, 3])).toArray(); // [[[0, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 0]]]
 */
export function dirac(target: Tensor, options: { readonly groups?: number } = {}): Tensor {
  checkTensor("init.dirac", target);
  checkOptions("init.dirac", options, ["groups"]);
  const { groups = 1 } = options;
  checkWhole("init.dirac", "groups", groups, 1);
  const { shape, dtype, device } = target;
  const [out = 0, inner = 0, ...window] = shape;
  if (window.length < 1 || window.length > 3) {
    throw new ShapeError(
      `init.dirac: (${shape.join(", ")}) is no weight of a convolution; use three to five axes, and init.eye for a matrix.`,
    );
  }
  if (out % groups !== 0) {
    throw new ShapeError(
      `init.dirac: ${out} channels do not make ${groups} groups; use a divisor of ${out}.`,
    );
  }
  return fill("init.dirac", target, () => {
    const size = window.reduce((product, length) => product * length, 1);
    const middle = window.reduce((at, length) => at * length + Math.floor(length / 2), 0);
    const numbers = new Float32Array(out * inner * size);
    const perGroup = out / groups;
    for (let channel = 0; channel < out; channel++) {
      const own = channel % perGroup;
      if (own < inner) numbers[(channel * inner + own) * size + middle] = 1;
    }
    return tensor(numbers, { shape, dtype, device });
  });
}
