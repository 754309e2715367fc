import { DTypeError } from "./errors.js";

/** Element types; each takes 4 bytes. */
export type DType = "f32" | "i32" | "u32";

export type NumberArray = Float32Array | Int32Array | Uint32Array;

export const BYTES_PER_ELEMENT = 4;

const ARRAYS = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;

/** A typed array of this dtype over the given bytes, or over `length` zeros. */
export function arrayOf(dtype: DType, data: ArrayBuffer | number | ArrayLike<number>): NumberArray {
  return new ARRAYS[dtype](data as ArrayLike<number>);
}

/** The dtype of a typed array. */
export function dtypeOf(array: NumberArray): DType {
  return array instanceof Float32Array ? "f32" : array instanceof Int32Array ? "i32" : "u32";
}

/** The 32 bits that stand for `value` in this dtype. */
export function bitsOf(dtype: DType, value: number): number {
  if (dtype !== "f32" && !Number.isInteger(value)) {
    throw new DTypeError(`full: ${value} is not a whole number, and dtype is ${dtype}; use dtype "f32".`);
  }
  return new Uint32Array(arrayOf(dtype, [value]).buffer)[0] as number;
}
