import { WeftError } from "@weft/tensor";
import { CheckpointError } from "../errors.js";
import { BYTES_PER_ELEMENT, type Entry, parseHeader, type StoredDType } from "./safetensorsHeader.js";

/** A tensor's numbers outside the GPU, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint32Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Headers longer than this are refused, as by the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/**
 * The bytes of a safetensors file: an 8-byte header length, a JSON header, then the tensors' numbers one behind the
 * other, all little-endian. The header is padded with spaces so that the numbers start at a multiple of 8.
 *
 * @throws WeftError when a shape does not hold the data's number of elements
 * @example
 * const bytes = encodeSafetensors(new Map([["x", { shape: [2], data: Float32Array.of(1, 2) }]]));
 * bytes.length; // 72
 * @see https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header["__metadata__"] = metadata;
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === "__metadata__" || shape.reduce((size, length) => size * length, 1) !== data.length) {
      throw new WeftError(
        `safetensors: tensor ${JSON.stringify(name)} has shape (${shape.join(", ")}) and ${data.length} elements; ` +
          'they must agree, and the name "__metadata__" is taken.',
      );
    }
    header[name] = { dtype: codeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + padded + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + padded;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a safetensors file. Every claim of the header is checked before it is used: lengths, ranges without gap
 * or overlap, duplicate names, sizes that agree with shapes. Dtypes F32, I32 and U32.
 *
 * @param name what error messages call these bytes, a file name for instance
 * @throws CheckpointError that says what is wrong
 * @example
 * const bytes = encodeSafetensors(new Map([["x", { shape: [2], data: Float32Array.of(1, 2) }]]));
 * [...decodeSafetensors(bytes).tensors.get("x").data]; // [1, 2]
 */
export function decodeSafetensors(bytes: Uint8Array, name = "safetensors"): Safetensors {
  const fail = (fault: string) =>
    new CheckpointError(`${name}: ${fault}; the file is damaged or no safetensors file of 4-byte numbers.`);
  if (bytes.length < LENGTH_BYTES) throw fail(`${bytes.length} bytes are too few for a header length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const claimed = view.getBigUint64(0, true);
  const available = bytes.length - LENGTH_BYTES;
  if (claimed > BigInt(available))
    throw fail(`a header of ${claimed} bytes does not fit in its ${bytes.length} bytes`);
  if (claimed > BigInt(MAX_HEADER_BYTES))
    throw fail(`a header of ${claimed} bytes is over ${MAX_HEADER_BYTES}`);
  const dataStart = LENGTH_BYTES + Number(claimed);
  let json: string;
  try {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    json = strict.decode(bytes.subarray(LENGTH_BYTES, dataStart));
  } catch {
    throw fail("the header is not UTF-8");
  }
  const { entries, metadata } = parseHeader(json, bytes.length - dataStart, fail);
  const tensors = new Map(
    entries.map((entry) => [entry.name, { shape: entry.shape, data: numbersOf(bytes, dataStart, entry) }]),
  );
  return { tensors, metadata };
}

const ARRAYS = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const satisfies Record<
  StoredDType,
  unknown
>;

/** A copy of a tensor's numbers: inside the file they need not lie at a multiple of 4 bytes. */
function numbersOf(bytes: Uint8Array, dataStart: number, { dtype, begin, end }: Entry): StoredTensor["data"] {
  const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
  return new ARRAYS[dtype](copy.buffer, 0, (end - begin) / BYTES_PER_ELEMENT);
}

function codeOf(data: StoredTensor["data"]): string {
  if (data instanceof Float32Array) return "F32";
  return data instanceof Int32Array ? "I32" : "U32";
}
