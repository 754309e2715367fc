// Products of vectors.
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul } from "../elementwise/arithmetic.js";
import { unsqueeze } from "../layout/layout.js";
import { sum } from "../reduce/sum.js";
import { alike } from "./matmul.js";

/**
 * Products of all pairs, `out[i, j] = aᵢ bⱼ`. Shapes: (n), (m) → (n, m)
 *
 * @throws ShapeError unless both have rank 1
 * @throws DTypeError for integers
 * @example
 * await outer(tensor([1, 2]), tensor([3, 4])).toArray(); // [[3, 4], [6, 8]]
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkTensor("outer", a);
  checkTensor("outer", b, "input 2");
  if (a.rank !== 1 || b.rank !== 1) {
    throw new ShapeError(
      `outer: a is ${show(a.shape)} and b is ${show(b.shape)}, both must have rank 1; use flatten(), or einsum().`,
    );
  }
  const [left, right] = alike("outer", [a, b]);
  return mul(unsqueeze(left, 1), right);
}

/**
 * Scalar product `Σᵢ aᵢ bᵢ` of two vectors of one length, without broadcasting, as `torch.dot`. Shapes: (n), (n) → ()
 *
 * @throws ShapeError unless both have rank 1 and one length
 * @throws DTypeError for integers
 * @example
 * await dot(tensor([1, 2]), tensor([3, 4])).item(); // 11
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkTensor("dot", a);
  checkTensor("dot", b, "input 2");
  const shapes = `a is ${show(a.shape)} and b is ${show(b.shape)}`;
  if (a.rank !== 1 || b.rank !== 1) {
    throw new ShapeError(`dot: ${shapes}, both must have rank 1; use matmul().`);
  }
  if (a.size !== b.size) throw new ShapeError(`dot: ${shapes}; both must have one length.`);
  const [left, right] = alike("dot", [a, b]);
  return sum(mul(left, right));
}
