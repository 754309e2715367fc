// How every op of one tensor that works element by element is made; the ops stand beside this file, by family.
import { kernels } from "@weft/kernels";
import type { Backward } from "../../calls/gradientRule.js";
import { bitsOf, computeOf, type DType, elementOf, isFloat } from "../../dtype.js";
import { launch, strided } from "../../launch.js";
import { ANY, defineOp, NUMBER } from "../../op.js";
import { collapse, liesInFours } from "../../shape.js";
import type { Tensor } from "../../tensor.js";

const { unary: kernel } = kernels;

type Selector = keyof typeof kernel.constants;

/** Up to two numbers that shape the function: bounds, a slope. */
interface Numbers {
  readonly a: number;
  readonly b: number;
}

interface UnaryOptions {
  /** The op's name, where it is not the selector's. */
  readonly name?: string;
  /**
   * What becomes of dtypes. `float`: integers and bool are promoted to f32, the default. `number`: every number keeps
   * its dtype, bool is refused. `test`: the result is bool.
   */
  readonly kind?: "float" | "number" | "test";
  /** The selector for integers, where it is another. */
  readonly integers?: Selector;
}

/** LEAKY_RELU → leakyRelu */
export const camelCase = (selector: string): string =>
  selector.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Makes an op from its `case` in unary.wgsl and its derivative, if it has one. */
export function unary(
  selector: Selector,
  backward: Backward<[x: Tensor], Numbers> | undefined,
  { name = camelCase(selector), kind = "float", integers = selector }: UnaryOptions = {},
): (x: Tensor, numbers?: readonly number[]) => Tensor {
  const result = (dtype: DType): DType =>
    kind === "test" ? "bool" : kind === "float" && !isFloat(dtype) ? "f32" : dtype;
  const op = defineOp<[x: Tensor], Numbers>({
    name,
    accepts: [kind === "number" ? NUMBER : ANY],
    shape: ([x]) => x.shape,
    dtype: ([x]) => result(x.dtype),
    forward({ inputs: [x], output, attributes: { a, b } }) {
      const { rank, axes, strides, quads } = collapse(x.shape, [x.strides]);
      const [steps = []] = strides;
      const fours = quads && liesInFours(steps, x.offset);
      const dtype = kind === "float" ? "f32" : x.dtype;
      const bits = (value: number) => bitsOf(name, isFloat(dtype) ? "f32" : dtype, value);
      const OP = kernel.constants[isFloat(x.dtype) ? selector : integers];
      launch(
        kernel,
        { x: strided(x), x4: strided(x), out: strided(output) },
        { axes, offset: x.offset, size: x.size, a: bits(a), b: bits(b) },
        {
          invocations: Math.ceil(x.size / 4),
          knobs: {
            ...{
              RANK: rank,
              OP,
              QUADS: quads ? 1 : 0,
              X_FOURS: fours ? 1 : 0,
              FLOAT: isFloat(dtype) ? 1 : 0,
            },
            ...{ Element: elementOf(x.dtype), Compute: computeOf(dtype), Out: elementOf(output.dtype) },
          },
        },
      );
    },
    ...(backward && { backward }),
  });
  // Not destructured: in xs.map(relu) what comes second is a number.
  return (x, numbers) => op(x, { a: numbers?.[0] ?? 0, b: numbers?.[1] ?? 0 });
}
