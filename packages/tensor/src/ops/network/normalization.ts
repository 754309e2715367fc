import { kernels } from "@weft/kernels";
import { checkOptions } from "../../checks/checkArguments.js";
import { checkTensor } from "../../checks/checkTensor.js";
import { computeOf, elementOf } from "../../dtype.js";
import { DTypeError, ShapeError } from "../../errors.js";
import { launch } from "../../launch.js";
import { checkInputs, defineOp, FLOAT } from "../../op.js";
import { at, type Shape, sameShape, show, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { div, mul, sub } from "../elementwise/arithmetic.js";
import { square } from "../elementwise/powers.js";
import { reshape } from "../layout/layout.js";
import { sum } from "../reduce/sum.js";
import { checkFloat } from "./pairs.js";
import { rowWorkgroup } from "./rows.js";

/** What a normalisation of the rows of a matrix does. */
interface Normalization {
  readonly eps: number;
  /** Whether the mean is taken off. */
  readonly isCentered: boolean;
  /** Whether the inputs after x are a weight, a bias. */
  readonly isWeighted: boolean;
  readonly isBiased: boolean;
}

/** Encodes normalize.wgsl; x is (rows, cols). */
function run(
  x: Tensor,
  parts: readonly Tensor[],
  out: Tensor,
  what: Normalization,
  isScaleOnly: boolean,
): void {
  const [rows, cols] = [at(x.shape, 0), at(x.shape, 1)];
  const [weight = x, bias = x] = what.isWeighted ? parts : [x, ...parts];
  launch(
    kernels.normalize,
    { x, weight, bias, out },
    { rows, cols, eps: what.eps },
    {
      rows: out.size === 0 ? 0 : rows,
      knobs: {
        ...{
          WORKGROUP: rowWorkgroup(cols),
          CENTERED: Number(what.isCentered),
          SCALE_ONLY: Number(isScaleOnly),
        },
        ...{ WEIGHTED: Number(what.isWeighted), BIASED: Number(what.isBiased) },
        ...{ Element: elementOf(x.dtype), Compute: computeOf(x.dtype), Out: elementOf(out.dtype) },
      },
    },
  );
}

const plain = (what: Normalization): Normalization => ({ ...what, isWeighted: false, isBiased: false });
const sumOfRow = (x: Tensor): Tensor => sum(x, { axis: 1, keepDim: true });

/** s = 1/√(mean of squares + ε) of each row of x (rows, cols) → (rows, 1), f32. */
const scaleOp = defineOp<[x: Tensor], Normalization>({
  name: "normalizationScale",
  shape: ([x]) => [at(x.shape, 0), 1],
  dtype: () => "f32",
  forward: ({ inputs: [x], output, attributes }) => run(x, [], output, attributes, true),
  // ds/dx = −s³ (x − μ) / n, and (x − μ) s is the normalised y.
  backward: ({ inputs: [x], output: s, attributes, grad }) => [
    () => mul(mul(normalizeOp(x, attributes), -1 / at(x.shape, 1)), mul(grad, square(s))),
  ],
});

/** (x − μ) s w + b over the rows of x (rows, cols), weight and bias (cols) where there are any. */
const normalizeOp: (...args: [...Tensor[], Normalization]) => Tensor = defineOp<
  readonly Tensor[],
  Normalization
>({
  name: "normalization",
  shape: ([x]) => (x as Tensor).shape,
  forward: ({ inputs: [x, ...parts], output, attributes }) =>
    run(x as Tensor, parts, output, attributes, false),
  backward({ inputs, output, attributes: what, grad }) {
    const x = at(inputs, 0);
    const { isCentered, isWeighted, isBiased } = what;
    const normalized = () => (isWeighted || isBiased ? normalizeOp(x, plain(what)) : output);
    return [
      // With g = dy w and y normalised: dx = s (g − mean of g − y · mean of g y); without a centre the mean of g stays.
      () => {
        const y = normalized();
        const g = isWeighted ? mul(grad, at(inputs, 1)) : grad;
        const n = at(x.shape, 1);
        const across = sub(g, mul(y, div(sumOfRow(mul(g, y)), n)));
        return mul(isCentered ? sub(across, div(sumOfRow(g), n)) : across, scaleOp(x, plain(what)));
      },
      ...(isWeighted ? [() => mul(grad, normalized())] : []),
      ...(isBiased ? [() => grad] : []),
    ];
  },
});

/** Checks the arguments, and normalises x seen as a matrix of what is normalised together. */
function normalize(
  op: string,
  x: Tensor,
  normalizedShape: number | Shape,
  { weight, bias, eps, isCentered }: { weight?: Tensor; bias?: Tensor; eps: number; isCentered: boolean },
): Tensor {
  const shape = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  checkInputs(op, [x], [FLOAT]);
  if (!Array.isArray(shape)) {
    const cure = `the length of the axis to normalise, ${op}(x, ${x.shape.at(-1) ?? 128})`;
    throw new TypeError(`${op}: normalizedShape is ${JSON.stringify(shape)}; use ${cure}.`);
  }
  if (shape.length === 0 || !sameShape(x.shape.slice(-shape.length), shape)) {
    throw new ShapeError(
      `${op}: normalizedShape is ${show(shape)}, expected the last axis of x ${show(x.shape)}, or several of them.`,
    );
  }
  for (const [name, part] of Object.entries({ weight, bias })) {
    if (part === undefined) continue;
    checkFloat(op, name, part);
    if (!sameShape(part.shape, shape)) {
      throw new ShapeError(`${op}: ${name} is ${show(part.shape)}, expected normalizedShape ${show(shape)}.`);
    }
    if (part.dtype !== x.dtype) {
      throw new DTypeError(`${op}: ${name} is ${part.dtype} and x is ${x.dtype}; use cast().`);
    }
  }
  if (!(eps >= 0 && eps < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${op}: eps is ${eps}; use a number ≥ 0.`);
  }
  const cols = sizeOf(shape);
  const rows = sizeOf(x.shape.slice(0, x.rank - shape.length));
  const parts = [weight, bias].filter((part) => part !== undefined).map((part) => reshape(part, [cols]));
  const isWeighted = weight !== undefined;
  const what = { eps, isCentered, isWeighted, isBiased: bias !== undefined };
  return reshape(normalizeOp(reshape(x, [rows, cols]), ...parts, what), x.shape);
}

export interface LayerNormOptions {
  /** What the result is multiplied by, of shape `normalizedShape`. */
  readonly weight?: Tensor;
  /** What is added to the result, of shape `normalizedShape`. */
  readonly bias?: Tensor;
  /** Added to the variance, so that equal elements do not divide by 0; 1e-5 unless told otherwise. */
  readonly eps?: number;
}

/**
 * Layer normalisation (Ba et al. 2016) over the last axis or axes, whose lengths are given:
 * `(x − mean) / √(variance + ε) · weight + bias`, the variance being the mean square of the distances to the mean.
 * Equal elements give exactly 0; statistics are f32 also for f16.
 *
 * Shapes: x (…, normalizedShape) → the same; weight and bias (normalizedShape)
 *
 * @throws ShapeError when the last axes of x, the weight or the bias are not normalizedShape
 * @throws DTypeError when x is no float, or weight or bias have another dtype
 * @throws RangeError when eps is not a number ≥ 0
 * @example
 * await layerNorm(tensor([[1, 3], [5, 5]]), 2, { eps: 0.25, bias: ones([2]) }).toArray(); // [[0.1055728, 1.8944272], [1, 1]]
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | Shape,
  options: LayerNormOptions = {},
): Tensor {
  checkOptions("layerNorm", options, ["weight", "bias", "eps"]);
  const { eps = 1e-5, ...parts } = options;
  return normalize("layerNorm", x, normalizedShape, { ...parts, eps, isCentered: true });
}

export interface RmsNormOptions {
  /** What the result is multiplied by, of shape `normalizedShape`. */
  readonly weight?: Tensor;
  /** Added to the mean square; unless told otherwise the distance from 1 to the next number of the dtype, as in PyTorch. */
  readonly eps?: number;
}

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019) over the last axis or axes, whose lengths are given:
 * `x / √(mean of x² + ε) · weight`. Statistics are f32 also for f16.
 *
 * Shapes: x (…, normalizedShape) → the same; weight (normalizedShape)
 *
 * @throws ShapeError when the last axes of x or the weight are not normalizedShape
 * @throws DTypeError when x is no float, or the weight has another dtype
 * @throws RangeError when eps is not a number ≥ 0
 * @example
 * await rmsNorm(tensor([[3, 4]]), 2, { eps: 0 }).toArray(); // [[0.8485281, 1.1313708]]
 */
export function rmsNorm(x: Tensor, normalizedShape: number | Shape, options: RmsNormOptions = {}): Tensor {
  checkTensor("rmsNorm", x);
  checkOptions("rmsNorm", options, ["weight", "eps"]);
  const { eps = x.dtype === "f16" ? 2 ** -10 : 2 ** -23, ...parts } = options;
  return normalize("rmsNorm", x, normalizedShape, { ...parts, eps, isCentered: false });
}
