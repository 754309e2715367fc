import { DTypeError } from "./errors.js";
import { fromHalf, toHalf } from "./half.js";

/**
 * Element types. `f16` needs an adapter with shader-f16: it is stored in 16 bits, arithmetic is done in f32.
 * `bool` is stored as a u32 of 0 or 1.
 */
export type DType = "f32" | "f16" | "i32" | "u32" | "bool";

/** Elements on the host: f16 as a Float32Array, bool as a Uint8Array of 0 and 1. */
export type NumberArray = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Elements as the GPU stores them. */
type StoredArray = Float32Array | Int32Array | Uint32Array | Uint16Array;

interface Kind {
  /** Bytes of an element. */
  readonly bytes: number;
  /** The WGSL type in which it is stored. */
  readonly element: string;
  /** The WGSL type in which kernels compute with it. */
  readonly compute: string;
  /** The typed array of the host. */
  readonly host: new (
    data: ArrayBuffer | number | ArrayLike<number>,
  ) => NumberArray;
  /** The typed array whose bytes are the GPU's. */
  readonly stored: new (
    data: ArrayBuffer | number | ArrayLike<number>,
  ) => StoredArray;
}

const KINDS: Readonly<Record<DType, Kind>> = {
  f32: { bytes: 4, element: "f32", compute: "f32", host: Float32Array, stored: Float32Array },
  f16: { bytes: 2, element: "f16", compute: "f32", host: Float32Array, stored: Uint16Array },
  i32: { bytes: 4, element: "i32", compute: "i32", host: Int32Array, stored: Int32Array },
  u32: { bytes: 4, element: "u32", compute: "u32", host: Uint32Array, stored: Uint32Array },
  bool: { bytes: 4, element: "u32", compute: "u32", host: Uint8Array, stored: Uint32Array },
};

/** All dtypes. */
export const DTYPES = Object.keys(KINDS) as readonly DType[];

/** @throws DTypeError when there is no such dtype */
export function checkDType(op: string, dtype: DType): void {
  if (DTYPES.includes(dtype)) return;
  throw new DTypeError(`${op}: there is no dtype ${dtype}; use ${DTYPES.join(", ")}.`);
}

/**
 * The bytes that an element takes on the GPU, where bool is stored as u32.
 *
 * @example
 * bytesPerElement("f16"); // 2
 * bytesPerElement("bool"); // 4
 */
export const bytesPerElement = (dtype: DType): number => KINDS[dtype].bytes;

/** The WGSL type in which elements of this dtype are stored: the knob `Element` of a kernel. */
export const elementOf = (dtype: DType): string => KINDS[dtype].element;

/** The WGSL type in which kernels compute with this dtype: the knob `Compute` of a kernel. */
export const computeOf = (dtype: DType): string => KINDS[dtype].compute;

export const isFloat = (dtype: DType): boolean => dtype === "f32" || dtype === "f16";

/**
 * What two dtypes become when they meet, PyTorch's rules: bool gives way to all, integers to floats, f16 to f32.
 * i32 and u32 have no common 32-bit type, so they do not meet.
 */
const PROMOTION: Readonly<Record<DType, Readonly<Record<DType, DType | undefined>>>> = {
  bool: { bool: "bool", u32: "u32", i32: "i32", f16: "f16", f32: "f32" },
  u32: { bool: "u32", u32: "u32", i32: undefined, f16: "f16", f32: "f32" },
  i32: { bool: "i32", u32: undefined, i32: "i32", f16: "f16", f32: "f32" },
  f16: { bool: "f16", u32: "f16", i32: "f16", f16: "f16", f32: "f32" },
  f32: { bool: "f32", u32: "f32", i32: "f32", f16: "f32", f32: "f32" },
};

/**
 * The dtype that holds the elements of both.
 *
 * @throws DTypeError for i32 and u32
 */
export function promote(op: string, a: DType, b: DType): DType {
  const common = PROMOTION[a][b];
  if (common !== undefined) return common;
  throw new DTypeError(`${op}: ${a} and ${b} have no common dtype; use cast() on one of them.`);
}

/** The dtype a plain number takes beside a tensor: the tensor's own where it can hold it, as in PyTorch. */
export function dtypeBeside(value: number | boolean, dtype: DType): DType {
  if (typeof value === "boolean" || isFloat(dtype)) return dtype;
  if (!Number.isInteger(value)) return "f32";
  return dtype === "bool" ? "i32" : dtype;
}

/** The dtype of a typed array; the small integers are i32. */
export function dtypeOf(array: ArrayBufferView): DType {
  if (array instanceof Float32Array || array instanceof Float64Array) return "f32";
  if (array instanceof Uint32Array) return "u32";
  const small = [Int32Array, Int16Array, Int8Array, Uint16Array, Uint8Array, Uint8ClampedArray];
  if (small.some((kind) => array instanceof kind)) return "i32";
  throw new DTypeError(
    `tensor: there is no dtype for ${array.constructor.name}; use Float32Array, Int32Array or Uint32Array.`,
  );
}

/** The numbers as the GPU stores them in this dtype; `op` names who asks. */
export function encode(op: string, dtype: DType, numbers: ArrayLike<number | boolean>): StoredArray {
  const values = numbers as ArrayLike<number>;
  if (dtype === "f16") {
    // An even count, since uploads go by four bytes.
    const halves = new Uint16Array(values.length + (values.length % 2));
    for (let i = 0; i < values.length; i++) halves[i] = toHalf(values[i] as number);
    return halves;
  }
  const stored = new KINDS[dtype].stored(values);
  if (dtype === "f32") return stored;
  const isExact = (v: number, i: number) => v === Number(values[i]) && (dtype !== "bool" || v < 2);
  const wrong = stored.findIndex((v, i) => !isExact(v, i));
  if (wrong >= 0) {
    const cure = { u32: 'use "f32" or "i32"', i32: 'use "f32"', bool: "use 0 and 1, or true and false" }[
      dtype
    ];
    throw new DTypeError(`${op}: ${values[wrong]} is not a number of dtype ${dtype}; ${cure}.`);
  }
  return stored;
}

/** Bytes of the GPU as elements of the host. */
export function decode(dtype: DType, bytes: ArrayBuffer): NumberArray {
  const { stored, host } = KINDS[dtype];
  const values = new stored(bytes);
  return dtype === "f16" ? Float32Array.from(values, fromHalf) : (new host(values) as NumberArray);
}

/** An array of the host for this many elements. */
export const hostArray = (dtype: DType, length: number): NumberArray => new KINDS[dtype].host(length);

/** The bits that stand for `value` in this dtype; those of an f16 twice, so that they fill 32. */
export function bitsOf(op: string, dtype: DType, value: number | boolean): number {
  const stored = encode(op, dtype, dtype === "f16" ? [value, value] : [value]);
  return new Uint32Array(stored.buffer)[0] as number;
}
