// Full matrices of derivatives, a row at a time: each number of the result costs one backward pass.
import { reshape, select, stack, type Tensor, withRecording, zeros } from "@weft/tensor";
import { tensorList } from "../tensorList.js";
import {
  checkScalar,
  deriving,
  type Each,
  type FunctionOf,
  gradientsOrZeros,
  like,
  type Tensors,
} from "./deriving.js";

/** For each output, for each input. */
type Table<O extends Tensors, I extends Tensors> = Each<O, Each<I>>;

/**
 * All derivatives of a function: `J[…o, …i] = ∂f(x)[…o] / ∂x[…i]` (torch.autograd.functional.jacobian).
 *
 * Shapes: input (…i), result (…o) → (…o, …i); for several results one such for each, for several inputs one for each
 * inside that.
 *
 * @example
 * await jacobian((x) => square(x), tensor([1, 2])).toArray(); // [[2, 0], [0, 4]]
 */
export function jacobian<const I extends Tensors, O extends Tensors>(
  f: FunctionOf<I, O>,
  inputs: I,
): Table<O, I> {
  return deriving("jacobian", f, tensorList("jacobian", inputs), (derived) => {
    const tables = derived.outputs.map((output) =>
      like(inputs, rows(output, derived.inputs, derived.createGraph)),
    );
    return like(derived.value, tables) as Table<O, I>;
  });
}

/**
 * All second derivatives of a function that returns one number: `H[…i, …j] = ∂²f(x) / ∂x[…i] ∂x[…j]`
 * (torch.autograd.functional.hessian).
 *
 * Shapes: input (…i) → (…i, …i); for several inputs a table of (…i, …j), one row for each input.
 *
 * @throws ShapeError when f returns anything but one number
 * @example
 * await hessian((x) => sum(x.mul(x).mul(x)), tensor([1, 2])).toArray(); // [[6, 0], [0, 12]]
 */
export function hessian<const I extends Tensors>(f: FunctionOf<I>, inputs: I): Table<I, I> {
  return deriving("hessian", f, tensorList("hessian", inputs), (derived) => {
    checkScalar("hessian", derived.outputs, "sum() it");
    const first = gradientsOrZeros(derived.outputs, derived.inputs, { createGraph: true });
    const tables = first.map((output) => like(inputs, rows(output, derived.inputs, derived.createGraph)));
    return like(inputs, tables) as Table<I, I>;
  });
}

/** The Jacobian of one output, for each input. */
function rows(output: Tensor, inputs: readonly Tensor[], createGraph: boolean): Tensor[] {
  const numbers = withRecording(true, () => {
    const flat = reshape(output, [output.size]);
    return Array.from({ length: output.size }, (_, i) => select(flat, 0, i));
  });
  const gradients = numbers.map((number) => gradientsOrZeros([number], inputs, { createGraph }));
  return inputs.map((input, i) => {
    const shape = [...output.shape, ...input.shape];
    if (output.size === 0) return zeros(shape, { dtype: input.dtype, device: input.device });
    return reshape(stack(gradients.map((row) => row[i] as Tensor)), shape);
  });
}
