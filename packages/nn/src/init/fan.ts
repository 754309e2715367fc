import { ShapeError, type Tensor } from "@weft/tensor";
import { checkTensor } from "./fill.js";

/** How many inputs an output is made of, and how many outputs an input goes into. */
export interface Fan {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fan-in and fan-out of a weight (out, in, …window), as PyTorch counts them: in and out times the size of the window.
 *
 * @throws ShapeError when the tensor has fewer than two axes
 * @example
 * init.fanInOut(zeros([8, 4, 3, 3])); // { fanIn: 36, fanOut: 72 }
 */
export const fanInOut = (weight: Tensor): Fan => fansOf("init.fanInOut", weight);

/** The same in the name of who asks. */
export function fansOf(op: string, weight: Tensor): Fan {
  checkTensor(op, weight);
  const [out, inner, ...window] = weight.shape;
  if (out === undefined || inner === undefined) {
    throw new ShapeError(
      `${op}: (${weight.shape.join(", ")}) has no fan-in and fan-out; ` +
        "use a tensor of two or more axes, and init.zeros or init.uniform for a bias.",
    );
  }
  const size = window.reduce((product, length) => product * length, 1);
  return { fanIn: inner * size, fanOut: out * size };
}
