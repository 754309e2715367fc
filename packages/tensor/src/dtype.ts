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

/**
 * The dtype of a typed array.
 *
 * @throws DTypeError when no dtype has these elements
 */
export function dtypeOf(array: NumberArray): DType {
  for (const dtype of ["f32", "i32", "u32"] as const) if (array instanceof ARRAYS[dtype]) return dtype;
  const name = (array as object).constructor.name;
  throw new DTypeError(`tensor: there is no dtype for ${name}; use Float32Array, Int32Array or Uint32Array.`);
}

/** The numbers as this dtype stores them; `op` names who asks. */
export function toArray(op: string, dtype: DType, numbers: ArrayLike<number>): NumberArray {
  const array = arrayOf(dtype, numbers);
  if (dtype === "f32") return array;
  const wrong = array.findIndex((stored, i) => stored !== numbers[i]);
  if (wrong >= 0) {
    const cure = dtype === "u32" ? 'use "f32" or "i32"' : 'use "f32"';
    throw new DTypeError(`${op}: ${numbers[wrong]} is not a number of dtype ${dtype}; ${cure}.`);
  }
  return array;
}

/** The 32 bits that stand for `value` in this dtype. */
export function bitsOf(dtype: DType, value: number): number {
  return new Uint32Array(toArray("full", dtype, [value]).buffer)[0] as number;
}
