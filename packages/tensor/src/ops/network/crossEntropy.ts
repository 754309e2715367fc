import { kernels } from "@weft/kernels";
import { ShapeError } from "../../errors.js";
import { launch } from "../../launch.js";
import { defineOp, F32, INDEX } from "../../op.js";
import { at, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul, sub } from "../elementwise/arithmetic.js";
import { unsqueeze } from "../layout/layout.js";
import { mean, sum } from "../reduce/sum.js";
import { rowWorkgroup, softmax } from "./softmax.js";

/** ids (N) → (N, cols) with a 1 at each id. */
const oneHotOp = defineOp<[ids: Tensor], number>({
  name: "oneHot",
  accepts: [INDEX],
  shape: ([ids], cols) => [...ids.shape, cols],
  dtype: () => "f32",
  forward({ inputs: [ids], output, attributes: cols }) {
    const { size } = output;
    launch(kernels.oneHot, { ids, out: output }, { cols, size }, { invocations: size });
  },
});

const crossEntropyOp = defineOp<[logits: Tensor, targets: Tensor]>({
  name: "crossEntropy",
  accepts: [F32, INDEX],
  shape: ([, targets]) => targets.shape,
  forward({ inputs: [x, targets], output }) {
    const [rows, cols] = [at(x.shape, 0), at(x.shape, 1)];
    launch(
      kernels.crossEntropy,
      { x, targets, out: output },
      { rows, cols },
      {
        rows,
        knobs: { WORKGROUP: rowWorkgroup(cols) },
      },
    );
  },
  // d/dx of log Σ exp(x) − x[target] is softmax(x) − one-hot(target).
  backward: ({ inputs: [x, targets], grad }) => [
    () => mul(sub(softmax(x), oneHotOp(targets, at(x.shape, 1))), unsqueeze(grad, 1)),
    undefined,
  ],
});

export interface CrossEntropyOptions {
  /** What becomes of the losses of the rows; the mean unless told otherwise. */
  readonly reduction?: "mean" | "sum" | "none";
}

/**
 * Cross-entropy of scores against class numbers, in nats: `log Σⱼ exp(xⱼ) − x[target]`, log-softmax included.
 *
 * Shapes: logits (N, V), targets (N) of dtype i32 → one number, or (N) with `reduction: "none"`. A target outside
 * 0 … V − 1 gives NaN.
 *
 * @throws ShapeError when logits and targets do not go together
 * @throws DTypeError when the targets are not i32
 * @throws RangeError when the reduction is unknown
 * @example
 * await crossEntropy(tensor([[0, 0]]), tensor([1], { dtype: "i32" })).item(); // 0.6931472
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  { reduction = "mean" }: CrossEntropyOptions = {},
): Tensor {
  if (logits.rank !== 2 || targets.rank !== 1 || logits.shape[0] !== targets.shape[0]) {
    throw new ShapeError(
      `crossEntropy: logits must be (N, V) and targets (N), got ${show(logits.shape)} and ${show(targets.shape)}; ` +
        "use reshape(logits, [-1, V]) and reshape(targets, [-1]).",
    );
  }
  if (!["mean", "sum", "none"].includes(reduction)) {
    throw new RangeError(`crossEntropy: reduction is "${reduction}"; use "mean", "sum" or "none".`);
  }
  const losses = crossEntropyOp(logits, targets);
  return reduction === "none" ? losses : reduction === "sum" ? sum(losses) : mean(losses);
}
