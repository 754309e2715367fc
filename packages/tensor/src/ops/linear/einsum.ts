// einsum: every product of tensors that indices can write, by reduction to permute, reshape, mul, sum and matmul.
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { at, MAX_RANK, sizeOf } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { mul } from "../elementwise/arithmetic.js";
import { diagonal } from "../layout/diagonal.js";
import { permute, reshape, squeeze, unsqueeze } from "../layout/layout.js";
import { sum } from "../reduce/sum.js";
import { type Index, parseEquation } from "./einsumEquation.js";
import { alike, matmul } from "./matmul.js";

/** A tensor with a name for each of its axes, all different. */
interface Term {
  readonly x: Tensor;
  readonly names: readonly Index[];
}

/**
 * Einstein's summation: multiplies the operands element by element where indices agree, and sums over every index that
 * the output does not name, as `torch.einsum`.
 *
 * - Each letter names an axis; a letter that stands twice in one operand takes its diagonal.
 * - `->` and the output's indices; without them the indices that occur once, in alphabetical order.
 * - `...` stands for axes without a name, which broadcast; without an arrow they lead the output.
 * - An axis of length 1 stretches to the length its index has elsewhere.
 *
 * Operands are multiplied two at a time, from left to right: put first what makes small products.
 *
 * Shapes: those the equation names.
 *
 * @throws ShapeError when the equation is none, or does not fit the operands
 * @throws DTypeError for integers
 * @example
 * const a = tensor([[1, 2], [3, 4]]);
 * await einsum("ij,jk->ik", a, a).toArray(); // [[7, 10], [15, 22]]
 * await einsum("ii", a).item(); // 5
 * await einsum("...i->i...", a).toArray(); // [[1, 3], [2, 4]]
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  if (typeof equation !== "string")
    throw new TypeError(`einsum: the equation is ${String(equation)}; use a string, "ij,jk->ik".`);
  for (const [i, operand] of operands.entries()) checkTensor("einsum", operand, `operand ${i + 1}`);
  const shapes = operands.map(({ shape }) => shape);
  const parsed = parseEquation(equation, shapes);
  const { output, lengths } = parsed;
  const [first, ...others] = alike("einsum", operands).map((x, i) =>
    withoutOnes(diagonals({ x, names: at(parsed.operands, i) })),
  );
  let product = first as Term; // an equation has an operand
  for (const [i, next] of others.entries()) {
    const wanted = new Set([...output, ...others.slice(i + 1).flatMap(({ names }) => names)]);
    product = contract(product, next, wanted, { equation, lengths });
  }
  const isLong = (index: Index) => lengths.get(index) !== 1;
  const { x } = ordered(summed(product, new Set(output)), output.filter(isLong));
  return output.reduce((y, index, axis) => (isLong(index) ? y : unsqueeze(y, axis)), x);
}

/** Σ of the product of two terms over the indices they share and nobody wants any more. */
function contract(
  left: Term,
  right: Term,
  wanted: ReadonlySet<Index>,
  { equation, lengths }: { readonly equation: string; readonly lengths: ReadonlyMap<Index, number> },
): Term {
  const a = summed(left, new Set([...wanted, ...right.names]));
  const b = summed(right, new Set([...wanted, ...left.names]));
  const shared = a.names.filter((index) => b.names.includes(index));
  const batch = shared.filter((index) => wanted.has(index));
  const inner = shared.filter((index) => !wanted.has(index));
  const rows = a.names.filter((index) => !shared.includes(index));
  const columns = b.names.filter((index) => !shared.includes(index));
  const names = [...batch, ...rows, ...columns];
  if (names.length > MAX_RANK) {
    throw new ShapeError(
      `einsum: a product of two operands has ${names.length} indices, ${names.join("")}, in "${equation}"; ` +
        `at most ${MAX_RANK} axes are possible: order the operands in another way.`,
    );
  }
  // One number for each place of the result: no matrices to multiply.
  if (inner.length === 0 || rows.length + columns.length === 0) {
    const all = [...names, ...inner];
    return summed({ x: mul(spread(a, all), spread(b, all)), names: all }, new Set(names));
  }
  // (batch, rows, inner) · (batch, inner, columns)
  const shapeOf = (indices: readonly Index[]) => indices.map((index) => lengths.get(index) as number);
  const size = (indices: readonly Index[]) => sizeOf(shapeOf(indices));
  const stack = batch.length === 0 ? [] : [size(batch)];
  const x = matmul(
    reshape(ordered(a, [...batch, ...rows, ...inner]).x, [...stack, size(rows), size(inner)]),
    reshape(ordered(b, [...batch, ...inner, ...columns]).x, [...stack, size(inner), size(columns)]),
  );
  return { x: reshape(x, shapeOf(names)), names };
}

/** The term summed over every index that is not among these. */
function summed({ x, names }: Term, wanted: ReadonlySet<Index>): Term {
  const axis = names.flatMap((index, i) => (wanted.has(index) ? [] : [i]));
  return axis.length === 0
    ? { x, names }
    : { x: sum(x, { axis }), names: names.filter((index) => wanted.has(index)) };
}

/** The term with its axes in this order of its indices. */
const ordered = ({ x, names }: Term, order: readonly Index[]): Term => ({
  x: order.every((index, axis) => index === names[axis])
    ? x
    : permute(
        x,
        order.map((index) => names.indexOf(index)),
      ),
  names: order,
});

/** The term with an axis for each of these indices, of length 1 where it has none of that name. */
function spread(term: Term, all: readonly Index[]): Tensor {
  const { x } = ordered(
    term,
    all.filter((index) => term.names.includes(index)),
  );
  return all.reduce((y, index, axis) => (term.names.includes(index) ? y : unsqueeze(y, axis)), x);
}

/** The term without its axes of length 1: where another operand has more there they stretch, and else are no factor. */
function withoutOnes({ x, names }: Term): Term {
  const axis = x.shape.indexOf(1);
  return axis < 0 ? { x, names } : withoutOnes({ x: squeeze(x, axis), names: names.toSpliced(axis, 1) });
}

/** The term whose indices that stand twice are read along their diagonal. */
function diagonals({ x, names }: Term): Term {
  const axis1 = names.findIndex((index, axis) => names.indexOf(index) !== axis);
  if (axis1 < 0) return { x, names };
  const axis0 = names.indexOf(at(names, axis1));
  const both = [axis0, axis1];
  const rest = names.filter((_, axis) => !both.includes(axis));
  return diagonals({ x: diagonal(x, { axis0, axis1 }), names: [...rest, at(names, axis0)] });
}
