import { kernels } from "@weft/kernels";
import { checkTensor } from "../../checks/checkTensor.js";
import { elementOf } from "../../dtype.js";
import { checkGenerator, entropy, type Generator } from "../../generator.js";
import { launch } from "../../launch.js";
import { checkInputs, defineOp, FLOAT } from "../../op.js";
import type { Tensor } from "../../tensor.js";

interface Mask {
  readonly p: number;
  readonly key0: number;
  readonly key1: number;
  readonly stream: number;
}

const dropoutOp: (x: Tensor, mask: Mask) => Tensor = defineOp<[x: Tensor], Mask>({
  name: "dropout",
  shape: ([x]) => x.shape,
  forward({ inputs: [x], output, attributes: mask }) {
    const { size } = output;
    launch(
      kernels.dropout,
      { x, out: output },
      // With p = 1 nothing is left to scale.
      { ...mask, scale: mask.p === 1 ? 0 : 1 / (1 - mask.p), size },
      { invocations: size, knobs: { Element: elementOf(x.dtype) } },
    );
  },
  // The map is linear: the gradient passes the same mask.
  backward: ({ attributes: mask, grad }) => [() => dropoutOp(grad, mask)],
});

/**
 * Sets each element to 0 with probability p and multiplies the others by 1 / (1 − p) (Srivastava et al. 2014); with p = 1
 * all are 0. The mask is not stored but computed anew from the generator's counter. Shapes: any → the same.
 *
 * @param generator fresh entropy unless one is given
 * @throws RangeError when p is not in [0, 1]
 * @example
 * await dropout(tensor([1, 2]), 0, new Generator(1)).toArray(); // [1, 2]
 */
export function dropout(x: Tensor, p: number, generator: Generator = entropy): Tensor {
  checkTensor("dropout", x);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`dropout: p is ${p}; use a probability in [0, 1].`);
  checkGenerator("dropout", generator);
  checkInputs("dropout", [x], [FLOAT]);
  return p === 0 ? x : dropoutOp(x, { p, ...generator.next() });
}
