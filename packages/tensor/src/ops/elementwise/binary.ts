// How every op of two tensors that works element by element is made; the ops stand beside this file, by family.
import { kernels } from "@weft/kernels";
import { bitsOf, computeOf, type DType, dtypeBeside, elementOf, isFloat, promote } from "../../dtype.js";
import { DTypeError } from "../../errors.js";
import { launch, strided } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { broadcast, collapse, liesInFours, type Shape, stretch } from "../../shape.js";
import { type Gradient, Tensor } from "../../tensor.js";
import { camelCase } from "./unary.js";

const { binary: kernel } = kernels;

type Selector = keyof typeof kernel.constants;

/** A tensor, or a number (or boolean) that takes the dtype of the other operand where that can hold it. */
export type Operand = Tensor | number | boolean;

/** The derivatives by both operands; a plain number needs none. */
type Rule = (call: {
  readonly a: Operand;
  readonly b: Operand;
  readonly output: Tensor;
  readonly grad: Tensor;
}) => readonly [Gradient, Gradient];

interface BinaryOptions {
  /** The op's name, where it is not the selector's. */
  readonly name?: string;
  /**
   * What becomes of dtypes. `number`: the promoted dtype, the default. `float`: that, but f32 for integers.
   * `integer`: floats are refused. `test`: the result is bool.
   */
  readonly kind?: "number" | "float" | "integer" | "test";
  /** The selector for integers, where it is another. */
  readonly integers?: Selector;
  /** The op to use for two operands of dtype bool, where the result would be no bool. */
  readonly insteadOfBool?: string;
}

/** A number beside a tensor. */
interface Beside {
  readonly value: number | boolean;
  readonly isFirst: boolean;
}

export type BinaryOp = {
  (a: number | boolean, b: Tensor): Tensor;
  (a: Tensor, b: Operand): Tensor;
};

/** Makes an op from its `case` in binary.wgsl and its derivatives, if it has any. */
export function binary(selector: Selector, rule?: Rule, options: BinaryOptions = {}): BinaryOp {
  const { name = camelCase(selector), kind = "number", integers = selector, insteadOfBool } = options;

  /** The dtype to compute in. */
  const common = (a: DType, b: DType): DType => {
    const dtype = promote(name, a, b);
    if (kind === "integer" && isFloat(dtype)) {
      throw new DTypeError(`${name}: the operands are ${a} and ${b}, expected integers or bool; use cast().`);
    }
    if (dtype === "bool" && insteadOfBool !== undefined) {
      throw new DTypeError(
        `${name}: both operands are bool; use ${insteadOfBool}, or cast() one to a number.`,
      );
    }
    return kind === "float" && !isFloat(dtype) ? "f32" : dtype;
  };
  const result = (dtype: DType): DType => (kind === "test" ? "bool" : dtype);

  /** Encodes binary.wgsl; of an operand that is a number, `number` holds the value and the tensor stands in its place. */
  const run = (a: Tensor, b: Tensor, output: Tensor, dtype: DType, number?: Beside) => {
    const { shape, size } = output;
    const views = [a, b].map((x) => stretch(x.shape, x.strides, shape));
    const { rank, axes, strides, quads } = collapse(shape, views);
    const [aStrides = [], bStrides = []] = strides;
    const fours = (x: Tensor, steps: readonly number[]) => (quads && liesInFours(steps, x.offset) ? 1 : 0);
    const compute = isFloat(dtype) ? "f32" : dtype;
    launch(
      kernel,
      { a: strided(a), b: strided(b), a4: strided(a), b4: strided(b), out: strided(output) },
      {
        ...{ axes, aOffset: a.offset, bOffset: b.offset, size },
        number: number === undefined ? 0 : bitsOf(name, compute, number.value),
      },
      {
        invocations: Math.ceil(size / 4),
        knobs: {
          ...{ RANK: rank, OP: kernel.constants[isFloat(dtype) ? selector : integers] },
          ...{ A: elementOf(a.dtype), B: elementOf(b.dtype), FLOAT: isFloat(dtype) ? 1 : 0 },
          ...{ Compute: computeOf(dtype), Out: elementOf(output.dtype), QUADS: quads ? 1 : 0 },
          ...{ A_FOURS: fours(a, aStrides), B_FOURS: fours(b, bStrides) },
          ...{ A_NUMBER: number?.isFirst === true ? 1 : 0, B_NUMBER: number?.isFirst === false ? 1 : 0 },
        },
      },
    );
  };

  const ofTensors = defineOp<[a: Tensor, b: Tensor]>({
    name,
    accepts: [ANY],
    shape: ([a, b]) => broadcast(name, a.shape, b.shape),
    dtype: ([a, b]) => result(common(a.dtype, b.dtype)),
    forward: ({ inputs: [a, b], output }) => run(a, b, output, common(a.dtype, b.dtype)),
    ...(rule && { backward: ({ inputs: [a, b], output, grad }) => rule({ a, b, output, grad }) }),
  });

  const commonBeside = (x: Tensor, { value }: Beside) => common(x.dtype, dtypeBeside(value, x.dtype));
  const withNumber = defineOp<[x: Tensor], Beside>({
    name,
    accepts: [ANY],
    shape: ([x]): Shape => x.shape,
    dtype: ([x], number) => result(commonBeside(x, number)),
    forward: ({ inputs: [x], output, attributes: number }) =>
      run(x, x, output, commonBeside(x, number), number),
    ...(rule && {
      backward({ inputs: [x], attributes: { value, isFirst }, output, grad }) {
        const [a, b] = isFirst ? [value, x] : [x, value];
        return [rule({ a, b, output, grad })[isFirst ? 1 : 0]];
      },
    }),
  });

  return (a: Operand, b: Operand) => {
    for (const operand of [a, b]) {
      if (["number", "boolean"].includes(typeof operand) || operand instanceof Tensor) continue;
      throw new TypeError(`${name}: an operand is ${operand}, neither a tensor nor a number; use tensor().`);
    }
    if (a instanceof Tensor) {
      return b instanceof Tensor ? ofTensors(a, b) : withNumber(a, { value: b, isFirst: false });
    }
    if (b instanceof Tensor) return withNumber(b, { value: a, isFirst: true });
    throw new TypeError(`${name}: both operands are numbers (${a}, ${b}); make one of them a tensor.`);
  };
}
