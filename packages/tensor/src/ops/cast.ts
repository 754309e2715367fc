import { kernels } from "@weft/kernels";
import type { DType } from "../dtype.js";
import { launch } from "../launch.js";
import { ANY, defineOp } from "../op.js";
import type { Tensor } from "../tensor.js";

const castOp = defineOp<[x: Tensor], DType>({
  name: "cast",
  accepts: [ANY],
  shape: ([x]) => x.shape,
  dtype: (_, dtype) => dtype,
  forward({ inputs: [x], output }) {
    const { size } = output;
    const knobs = { Source: x.dtype, Element: output.dtype };
    launch(kernels.cast, { x, out: output }, { size }, { invocations: size, knobs });
  },
});

/**
 * The same numbers in another dtype; f32 to an integer truncates toward zero and saturates. No gradient flows.
 *
 * @example
 * await cast(tensor([1.9, -1.9]), "i32").toArray(); // [1, -1]
 */
export const cast = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : castOp(x, dtype));
