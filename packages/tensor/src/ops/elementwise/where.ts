import { kernels } from "@weft/kernels";
import { checkTensor } from "../../checks/checkTensor.js";
import { full } from "../../create.js";
import { dtypeBeside, elementOf, promote } from "../../dtype.js";
import { launch, strided } from "../../launch.js";
import { ANY, checkInputs, defineOp } from "../../op.js";
import { broadcast, collapse, stretch } from "../../shape.js";
import { Tensor } from "../../tensor.js";
import type { Operand } from "./binary.js";

const whereOp = defineOp<[condition: Tensor, a: Tensor, b: Tensor]>({
  name: "where",
  accepts: [["bool"], ANY],
  shape: ([condition, a, b]) => broadcast("where", condition.shape, broadcast("where", a.shape, b.shape)),
  dtype: ([, a, b]) => promote("where", a.dtype, b.dtype),
  forward({ inputs: [condition, a, b], output }) {
    const { shape, size } = output;
    const views = [condition, a, b].map((x) => stretch(x.shape, x.strides, shape));
    const { rank, axes } = collapse(shape, views);
    launch(
      kernels.where,
      { condition: strided(condition), a: strided(a), b: strided(b), out: output },
      { axes, conditionOffset: condition.offset, aOffset: a.offset, bOffset: b.offset, size },
      {
        invocations: size,
        knobs: {
          ...{ RANK: rank, A: elementOf(a.dtype), B: elementOf(b.dtype), Out: elementOf(output.dtype) },
        },
      },
    );
  },
  backward: ({ inputs: [condition], grad }) => [
    undefined,
    () => where(condition, grad, 0),
    () => where(condition, 0, grad),
  ],
});

/**
 * a where the condition is true, else b; a number takes the dtype of the other. Shapes: any three that broadcast → the
 * broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the condition is not bool
 * @example
 * const x = tensor([-1, 2]);
 * await where(gt(x, 0), x, 0).toArray(); // [0, 2]
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  checkTensor("where", condition);
  const beside = (value: number | boolean, other: Operand): Tensor => {
    const own = typeof value === "boolean" ? "bool" : "f32";
    const dtype = other instanceof Tensor ? dtypeBeside(value, other.dtype) : own;
    return full([], value, { dtype, device: condition.device });
  };
  const [whenTrue, whenFalse] = [
    a instanceof Tensor ? a : beside(a, b),
    b instanceof Tensor ? b : beside(b, a),
  ];
  return whereOp(condition, whenTrue, whenFalse);
}

/**
 * x with a number wherever the mask is true. Shapes: x and mask broadcast → the broadcast shape.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @throws DTypeError when the mask is not bool
 * @example
 * await maskedFill(tensor([1, 2]), tensor([true, false]), 9).toArray(); // [9, 2]
 */
export function maskedFill(x: Tensor, mask: Tensor, value: number | boolean): Tensor {
  checkTensor("maskedFill", x);
  checkInputs("maskedFill", [x, mask], [ANY, ["bool"]]);
  broadcast("maskedFill", x.shape, mask.shape);
  return where(mask, value, x);
}
