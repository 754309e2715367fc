import type { DType } from "@weft/tensor";

/**
 * The dtypes that files hold: the array of the host that has their bytes, and the dtype of Weft that has their values.
 * F16 and BF16 have no array of their own in JavaScript: their bits stand in a Uint16Array.
 */
export const STORED = {
  F64: { array: Float64Array, dtype: "f32" },
  F32: { array: Float32Array, dtype: "f32" },
  F16: { array: Uint16Array, dtype: "f16" },
  BF16: { array: Uint16Array, dtype: "f32" },
  I64: { array: BigInt64Array, dtype: "i32" },
  I32: { array: Int32Array, dtype: "i32" },
  I16: { array: Int16Array, dtype: "i32" },
  I8: { array: Int8Array, dtype: "i32" },
  U64: { array: BigUint64Array, dtype: "u32" },
  U32: { array: Uint32Array, dtype: "u32" },
  U16: { array: Uint16Array, dtype: "i32" },
  U8: { array: Uint8Array, dtype: "i32" },
  BOOL: { array: Uint8Array, dtype: "bool" },
} as const satisfies Readonly<Record<string, { array: StoredArrayConstructor; dtype: DType }>>;

interface StoredArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): ArrayBufferView;
}

/** A dtype by the name it has in files. */
export type StoredDType = keyof typeof STORED;

type StoredOf<D extends StoredDType> = {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: InstanceType<(typeof STORED)[D]["array"]>;
};

/** A tensor outside the GPU, row-major, in the dtype of a file: `{ dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }`. */
export type StoredTensor = { [D in StoredDType]: StoredOf<D> }[StoredDType];

export const bytesPerElement = (dtype: StoredDType): number => STORED[dtype].array.BYTES_PER_ELEMENT;

/** The bytes of a tensor, little-endian as every machine that WebGPU runs on. */
export const bytesOf = ({ data }: StoredTensor): Uint8Array<ArrayBuffer> =>
  new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

/** The tensor that these bytes are: they are shared where they lie at a multiple of the element's size, copied elsewhere. */
export function storedOf(
  dtype: StoredDType,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): StoredTensor {
  const { array } = STORED[dtype];
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  const data = new array(aligned.buffer, aligned.byteOffset, bytes.length / array.BYTES_PER_ELEMENT);
  return { dtype, shape, data } as StoredTensor;
}
