import { kernels } from "@weft/kernels";
import { checkTensor } from "../../checks/checkTensor.js";
import { checkDType, type DType, elementOf, isFloat } from "../../dtype.js";
import { launch } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import type { Tensor } from "../../tensor.js";

const castOp = defineOp<[x: Tensor], { readonly dtype: DType }>({
  name: "cast",
  accepts: [ANY],
  shape: ([x]) => x.shape,
  dtype: (_, { dtype }) => dtype,
  forward({ inputs: [x], output }) {
    const { size, dtype } = output;
    const knobs = {
      ...{ Source: elementOf(x.dtype), Element: elementOf(dtype), BOOL: dtype === "bool" ? 1 : 0 },
      ...{ FROM_FLOAT: isFloat(x.dtype) ? 1 : 0, TO_FLOAT: isFloat(dtype) ? 1 : 0 },
    };
    launch(kernels.cast, { x, out: output }, { size }, { invocations: size, knobs });
  },
  backward: ({ inputs: [x], grad }) => [() => cast(grad, x.dtype)],
});

/**
 * The same numbers in another dtype. Floats to integers truncate toward zero and saturate, NaN becomes 0; everything but 0
 * becomes true. Gradients flow between floats. Shapes: any → the same.
 *
 * @throws DTypeError when there is no such dtype
 * @example
 * await cast(tensor([1.9, -1.9]), "i32").toArray(); // [1, -1]
 * await cast(tensor([0, 0.5]), "bool").toArray(); // [false, true]
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor("cast", x);
  checkDType("cast", dtype);
  return x.dtype === dtype ? x : castOp(x, { dtype });
}
