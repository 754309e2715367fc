// Questions: their results are bool and carry no gradient.
import type { Tensor } from "../../tensor.js";
import { binary } from "./binary.js";
import { unary } from "./unary.js";

/**
 * Whether `a = b`; NaN equals nothing. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await eq(tensor([1, 2]), 2).toArray(); // [false, true]
 */
export const eq = binary("EQ", undefined, { kind: "test" });

/**
 * Whether `a ≠ b`; NaN differs from everything. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await ne(tensor([1, 2]), 2).toArray(); // [true, false]
 */
export const ne = binary("NE", undefined, { kind: "test" });

/**
 * Whether `a < b`; false beside NaN. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await lt(tensor([1, 2]), 2).toArray(); // [true, false]
 */
export const lt = binary("LT", undefined, { kind: "test" });

/**
 * Whether `a ≤ b`; false beside NaN. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await le(tensor([1, 2, 3]), 2).toArray(); // [true, true, false]
 */
export const le = binary("LE", undefined, { kind: "test" });

/**
 * Whether `a > b`; false beside NaN. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await gt(tensor([1, 2, 3]), 2).toArray(); // [false, false, true]
 */
export const gt = binary("GT", undefined, { kind: "test" });

/**
 * Whether `a ≥ b`; false beside NaN. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await ge(tensor([1, 2, 3]), 2).toArray(); // [false, true, true]
 */
export const ge = binary("GE", undefined, { kind: "test" });

/**
 * Whether both are not 0. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await logicalAnd(tensor([true, true]), tensor([false, true])).toArray(); // [false, true]
 */
export const logicalAnd = binary("LOGICAL_AND", undefined, { kind: "test" });

/**
 * Whether one or both are not 0. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await logicalOr(tensor([false, true]), tensor([false, true])).toArray(); // [false, true]
 */
export const logicalOr = binary("LOGICAL_OR", undefined, { kind: "test" });

/**
 * Whether exactly one is not 0. Shapes: any two that broadcast → the broadcast shape, bool.
 *
 * @throws ShapeError when the shapes do not broadcast
 * @example
 * await logicalXor(tensor([true, true]), tensor([false, true])).toArray(); // [true, false]
 */
export const logicalXor = binary("LOGICAL_XOR", undefined, { kind: "test" });

/**
 * Whether x is 0. Shapes: any → the same, bool.
 *
 * @example
 * await logicalNot(tensor([true, false])).toArray(); // [false, true]
 */
export const logicalNot = unary("LOGICAL_NOT", undefined, { kind: "test" }) as (x: Tensor) => Tensor;

/**
 * Whether x is NaN, told by its bits. Shapes: any → the same, bool.
 *
 * @example
 * await isNaN(tensor([1, NaN])).toArray(); // [false, true]
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the op is PyTorch's name; the globals are not used here.
export const isNaN = unary("IS_NAN", undefined, { name: "isNaN", kind: "test" }) as (x: Tensor) => Tensor;

/**
 * Whether x is neither NaN nor infinite, told by its bits. Shapes: any → the same, bool.
 *
 * @example
 * await isFinite(tensor([1, NaN, Infinity])).toArray(); // [true, false, false]
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the op is PyTorch's name; the globals are not used here.
export const isFinite = unary("IS_FINITE", undefined, { kind: "test" }) as (x: Tensor) => Tensor;
