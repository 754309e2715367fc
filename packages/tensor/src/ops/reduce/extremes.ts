import { kernels } from "@weft/kernels";
import type { Backward } from "../../calls/gradientRule.js";
import { computeOf, elementOf, isFloat } from "../../dtype.js";
import { ShapeError } from "../../errors.js";
import { empty, launch, strided } from "../../launch.js";
import { ANY, defineOp } from "../../op.js";
import { show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { div, mul } from "../elementwise/arithmetic.js";
import { cast } from "../elementwise/cast.js";
import { eq } from "../elementwise/compare.js";
import { reshape } from "../layout/layout.js";
import {
  arrange,
  type Block,
  checkChoice,
  checkReduceOptions,
  type Folding,
  type ReduceOptions,
} from "./axes.js";
import { fold, partsOf } from "./fold.js";
import { sumOp } from "./sum.js";

/** Elements that equal the extreme share its gradient evenly. */
const shared: Backward<[x: Tensor], Folding> = ({ inputs: [x], attributes: folding, output: y, grad }) => [
  () => {
    const isExtreme = eq(x, reshape(y, folding.kept));
    const share = div(grad, sumOp(isExtreme, { ...folding, dtype: "i32" }));
    return mul(cast(isExtreme, x.dtype), reshape(share, folding.kept));
  },
];

const extremeOp = (selector: "MAX" | "MIN") =>
  defineOp<[x: Tensor], Folding>({
    name: selector.toLowerCase(),
    accepts: [ANY],
    shape: (_, { shape }) => shape,
    forward: ({ inputs: [x], output, attributes }) => fold(x, output, selector, attributes),
    backward: shared,
  });

/** The op behind `max`, for what is arranged already. */
export const maxOp = extremeOp("MAX");
/** The op behind `min`, for what is arranged already. */
export const minOp = extremeOp("MIN");

/**
 * Largest element over one, several or all axes; NaN where one of them is. Equal ones share the gradient, as in PyTorch's
 * `amax`; `argmax` tells where it stands.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no element to choose from, no such axis, or one is named twice
 * @example
 * await max(tensor([[1, 5], [4, 3]]), { axis: 0 }).toArray(); // [4, 5]
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const [ordered, folding] = arrange("max", x, options);
  checkChoice("max", x, folding);
  return maxOp(ordered, folding);
}

/**
 * Smallest element over one, several or all axes; NaN where one of them is. Equal ones share the gradient, as in PyTorch's
 * `amin`; `argmin` tells where it stands.
 *
 * Shapes: folded axes vanish, or stay with length 1 by `keepDim`
 *
 * @throws ShapeError when there is no element to choose from, no such axis, or one is named twice
 * @example
 * await min(tensor([[1, 5], [4, 3]]), { axis: 0 }).toArray(); // [1, 3]
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  const [ordered, folding] = arrange("min", x, options);
  checkChoice("min", x, folding);
  return minOp(ordered, folding);
}

type ArgSelector = keyof typeof kernels.argReduce.constants;

/** Encodes arg_reduce.wgsl: the winners of parts are candidates of the next call; at first all are. */
function foldIndices(x: Tensor, output: Tensor, OP: number, block: Block, candidates?: Tensor): void {
  const { outer, length, inner } = block;
  const count = candidates === undefined ? length : candidates.size / (outer * inner);
  const { chunk, parts } = partsOf({ outer, length: count, inner });
  const size = outer * parts * inner;
  const out = parts === 1 ? output : empty({ shape: [size], dtype: "i32", device: x.device });
  launch(
    kernels.argReduce,
    { x, candidates: candidates ?? strided(x), out },
    { length, inner, count, chunk, parts, size },
    {
      invocations: size,
      knobs: {
        ...{ OP, FIRST: candidates === undefined ? 1 : 0, FLOAT: isFloat(x.dtype) ? 1 : 0 },
        ...{ Element: elementOf(x.dtype), Compute: computeOf(x.dtype) },
      },
    },
  );
  if (parts === 1) return;
  foldIndices(x, output, OP, block, out);
  out.dispose();
}

const argOp = (name: string, selector: ArgSelector) =>
  defineOp<[x: Tensor], Folding>({
    name,
    accepts: [ANY],
    shape: (_, { shape }) => shape,
    dtype: () => "i32",
    forward: ({ inputs: [x], output, attributes }) =>
      foldIndices(x, output, kernels.argReduce.constants[selector], attributes),
  });

const ARG_OPS = { argmax: argOp("argmax", "MAX"), argmin: argOp("argmin", "MIN") };

function arg(name: keyof typeof ARG_OPS, x: Tensor, options: ArgOptions): Tensor {
  checkReduceOptions(name, options);
  if (Array.isArray(options.axis)) {
    throw new ShapeError(
      `${name}: axes are ${show(options.axis)}; give one axis, or none for an index into the flattened tensor.`,
    );
  }
  const [ordered, folding] = arrange(name, x, options);
  checkChoice(name, x, folding);
  return ARG_OPS[name](ordered, folding);
}

export interface ArgOptions {
  /** The axis to search; the flattened tensor if none is given. */
  readonly axis?: number;
  /** Keeps searched axes with length 1. */
  readonly keepDim?: boolean;
}

/**
 * Where the largest element of an axis, or of the flattened tensor, stands: the first of equal ones; the first NaN if there
 * is one, as in PyTorch.
 *
 * Shapes: the axis vanishes, or stays with length 1 by `keepDim`; i32
 *
 * @throws ShapeError when there is no element to choose from, no such axis, or several
 * @example
 * await argmax(tensor([[1, 5], [4, 3]]), { axis: 1 }).toArray(); // [1, 0]
 */
export const argmax = (x: Tensor, options: ArgOptions = {}): Tensor => arg("argmax", x, options);

/**
 * Where the smallest element of an axis, or of the flattened tensor, stands: the first of equal ones; the first NaN if there
 * is one, as in PyTorch.
 *
 * Shapes: the axis vanishes, or stays with length 1 by `keepDim`; i32
 *
 * @throws ShapeError when there is no element to choose from, no such axis, or several
 * @example
 * await argmin(tensor([[1, 5], [4, 3]])).item(); // 0
 */
export const argmin = (x: Tensor, options: ArgOptions = {}): Tensor => arg("argmin", x, options);
