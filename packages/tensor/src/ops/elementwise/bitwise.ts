// Ops on the bits of integers, and on bool, where they are logic. They carry no gradient.
import { checkTensor } from "../../checks/checkTensor.js";
import { DTypeError } from "../../errors.js";
import { Tensor } from "../../tensor.js";
import { type BinaryOp, binary, type Operand } from "./binary.js";
import { logicalNot } from "./compare.js";
import { unary } from "./unary.js";

/**
 * Bits that both have. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws DTypeError when an operand is a float
 * @example
 * await bitwiseAnd(tensor([6], { dtype: "i32" }), 3).toArray(); // [2]
 */
export const bitwiseAnd = binary("BITWISE_AND", undefined, { kind: "integer" });

/**
 * Bits that one or both have. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws DTypeError when an operand is a float
 * @example
 * await bitwiseOr(tensor([6], { dtype: "i32" }), 3).toArray(); // [7]
 */
export const bitwiseOr = binary("BITWISE_OR", undefined, { kind: "integer" });

/**
 * Bits that exactly one has. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws DTypeError when an operand is a float
 * @example
 * await bitwiseXor(tensor([6], { dtype: "i32" }), 3).toArray(); // [5]
 */
export const bitwiseXor = binary("BITWISE_XOR", undefined, { kind: "integer" });

const bitwiseNotOp = unary("BITWISE_NOT", undefined, { kind: "number" });

/**
 * All bits turned over; logical not for bool. Shapes: any → the same.
 *
 * @throws DTypeError when x is a float
 * @example
 * await bitwiseNot(tensor([0, 5], { dtype: "i32" })).toArray(); // [-1, -6]
 */
export function bitwiseNot(x: Tensor): Tensor {
  checkTensor("bitwiseNot", x);
  if (x.dtype === "bool") return logicalNot(x);
  if (x.dtype !== "i32" && x.dtype !== "u32") {
    throw new DTypeError(`bitwiseNot: the input is ${x.dtype}, expected i32 or u32 or bool; use cast().`);
  }
  return bitwiseNotOp(x);
}

const shiftOptions = { kind: "integer", insteadOfBool: "bitwiseAnd()" } as const;

/**
 * Bits moved b places up, `a · 2ᵇ` as far as 32 bits hold it; 0 for 32 places or more. Shapes: any two that broadcast →
 * the broadcast shape.
 *
 * @throws DTypeError when an operand is a float
 * @example
 * await bitwiseLeftShift(tensor([1, 3], { dtype: "i32" }), 2).toArray(); // [4, 12]
 */
export const bitwiseLeftShift = binary("SHIFT_LEFT", undefined, {
  name: "bitwiseLeftShift",
  ...shiftOptions,
});

const logicalShift = binary("SHIFT_RIGHT", undefined, { name: "bitwiseRightShift", ...shiftOptions });
const arithmeticShift = binary("SHIFT_RIGHT_SIGNED", undefined, {
  name: "bitwiseRightShift",
  ...shiftOptions,
});

const isSigned = (operand: Operand): boolean => operand instanceof Tensor && operand.dtype === "i32";

/**
 * Bits moved b places down, `⌊a / 2ᵇ⌋`; the sign of an i32 stays. Shapes: any two that broadcast → the broadcast shape.
 *
 * @throws DTypeError when an operand is a float
 * @example
 * await bitwiseRightShift(tensor([-8, 7], { dtype: "i32" }), 1).toArray(); // [-4, 3]
 */
export const bitwiseRightShift: BinaryOp = (a: Operand, b: Operand): Tensor =>
  (isSigned(a) || isSigned(b) ? arithmeticShift : logicalShift)(a as Tensor, b);
