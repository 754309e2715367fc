// Files for the tests of safetensors: sound ones of every dtype, and ones whose header is written by hand.
import type { StoredTensor } from "@weft/nn";

/** One tensor of each dtype, and names and shapes that are easily got wrong. */
export const everyDType: ReadonlyMap<string, StoredTensor> = new Map<string, StoredTensor>([
  ["flags", { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) }],
  [
    "weight",
    {
      dtype: "F32",
      shape: [2, 3],
      data: Float32Array.of(1, -2, 3.5, Number.NaN, 0, Number.POSITIVE_INFINITY),
    },
  ],
  ["double", { dtype: "F64", shape: [2], data: Float64Array.of(0.1, -1e300) }],
  ["half", { dtype: "F16", shape: [3], data: Uint16Array.of(0x3e00, 0xfc00, 0x0001) }],
  ["brain", { dtype: "BF16", shape: [2], data: Uint16Array.of(0x3fc0, 0xff80) }],
  ["long", { dtype: "I64", shape: [2], data: BigInt64Array.of(-(2n ** 31n), 2n ** 31n - 1n) }],
  ["ids", { dtype: "I32", shape: [2], data: Int32Array.of(-7, 2 ** 31 - 1) }],
  ["short", { dtype: "I16", shape: [1], data: Int16Array.of(-32768) }],
  ["byte", { dtype: "I8", shape: [1], data: Int8Array.of(-128) }],
  ["unsignedLong", { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 32n - 1n) }],
  ["counts", { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
  ["unsignedShort", { dtype: "U16", shape: [1], data: Uint16Array.of(65535) }],
  ["pixels", { dtype: "U8", shape: [1, 3], data: Uint8Array.of(0, 128, 255) }],
  ["number", { dtype: "F32", shape: [], data: Float32Array.of(4) }],
  ["none", { dtype: "F32", shape: [0, 5], data: new Float32Array(0) }],
  ['鯨 "quoted" \n', { dtype: "F32", shape: [1], data: Float32Array.of(1) }],
  ["__proto__", { dtype: "F32", shape: [1], data: Float32Array.of(2) }],
  ["7", { dtype: "F32", shape: [1], data: Float32Array.of(3) }],
]);

/** A file with this header, written by hand, and `data` bytes of zeros behind it. */
export function file(
  header: string,
  data = 0,
  length = new TextEncoder().encode(header).length,
): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

/** The description of one tensor, by default of one F32. */
export const entry = (begin: number | string, end: number | string, rest = '"dtype":"F32","shape":[1]') =>
  `{${rest},"data_offsets":[${begin},${end}]}`;

/** The header of a file. */
export function headerOf(bytes: Uint8Array<ArrayBuffer>): Record<string, unknown> {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
}
