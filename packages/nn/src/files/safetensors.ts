import { described } from "../naming/describe.js";
import { FileError, failing, isBroken, quoted } from "./fileError.js";
import { headerLength, LENGTH_BYTES, MAX_HEADER_BYTES, parseHeader } from "./header.js";
import { bytesOf, bytesPerElement, STORED, type StoredTensor, storedOf } from "./stored.js";

/** Strings about a file, by name: PyTorch's world writes `{ format: "pt" }`. */
export type Metadata = Readonly<Record<string, string>>;

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Metadata;
}

/**
 * The bytes of a safetensors file: an 8-byte header length, a JSON header, then the tensors' elements one behind the
 * other, all little-endian. Tensors of larger elements come first and the header is padded with spaces, so that every
 * element lies at a multiple of its size.
 *
 * @throws FileError when a tensor's shape, dtype and data disagree, or metadata are no strings
 * @example
 * const x = { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) };
 * encodeSafetensors(new Map([["x", x]])).length; // 72
 * @see https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Metadata = {},
): Uint8Array<ArrayBuffer> {
  const parts = safetensorsParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The same bytes in parts, the tensors' own where they lie: first length and header, then each tensor. */
export function safetensorsParts(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Metadata,
): Uint8Array<ArrayBuffer>[] {
  const header: Record<string, unknown> = Object.create(null); // "__proto__" is a name like others
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== "string")
      throw new FileError(`safetensors: metadata ${quoted(key)} is ${quoted(text)}; use a string.`);
    if (isBroken(key) || isBroken(text))
      throw new FileError(`safetensors: metadata ${quoted(key)} holds half a character; use whole ones.`);
    header["__metadata__"] = metadata;
  }
  for (const [name, tensor] of tensors) checkTensor(name, tensor);
  const ordered = [...tensors].sort(([, a], [, b]) => bytesPerElement(b.dtype) - bytesPerElement(a.dtype));
  let end = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  return [headOf(header), ...ordered.map(([, tensor]) => bytesOf(tensor))];
}

function headOf(header: Readonly<Record<string, unknown>>): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > MAX_HEADER_BYTES) {
    throw new FileError(
      `safetensors: a header of ${padded} bytes is over ${MAX_HEADER_BYTES}; use fewer or shorter names and metadata.`,
    );
  }
  const head = new Uint8Array(LENGTH_BYTES + padded).fill(0x20, LENGTH_BYTES);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, LENGTH_BYTES);
  return head;
}

function checkTensor(name: string, { dtype, shape, data }: StoredTensor): void {
  const tensor = `safetensors: tensor ${quoted(name)}`;
  if (isBroken(name)) throw new FileError(`${tensor} has half a character in its name; use whole ones.`);
  if (name === "__metadata__") throw new FileError(`${tensor} has the name of the metadata; use another.`);
  if (!Object.hasOwn(STORED, dtype)) {
    const known = Object.keys(STORED).join(", ");
    throw new FileError(`${tensor} has dtype ${quoted(dtype)}; use one of ${known}.`);
  }
  const { array } = STORED[dtype];
  if (!(data instanceof array))
    throw new FileError(`${tensor} is ${dtype} and its data no ${array.name}; use one.`);
  const isShape = shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  const size = shape.reduce((product, length) => product * length, 1);
  if (!isShape || size !== data.length) {
    throw new FileError(
      `${tensor} has shape (${shape.join(", ")}) and ${data.length} elements; the product of the lengths must be that.`,
    );
  }
}

function checkBytes(name: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  const cure =
    typeof bytes === "string"
      ? `loadSafetensors(${quoted(bytes)}) of @weft/nn/node`
      : "new Uint8Array(buffer)";
  throw new TypeError(`${name}: ${described(bytes)} is no Uint8Array with the bytes of a file; use ${cure}.`);
}

/**
 * The tensors of a safetensors file, each in the dtype that the file has. Every claim of the header is proven before it
 * is used: lengths, ranges without gap or overlap, distinct names, sizes that agree with shapes. Takes no more memory
 * than the file: the tensors are views of `bytes` wherever their elements lie at multiples of their size, as they do in
 * files written by Weft or by the safetensors library; else copies.
 *
 * @param name what error messages call these bytes, a file name for instance
 * @throws TypeError when the bytes are none, such as the name of a file
 * @throws FileError that says what is wrong
 * @example
 * const x = { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) };
 * const { tensors } = decodeSafetensors(encodeSafetensors(new Map([["x", x]])));
 * tensors.get("x").data; // new Float32Array([1, 2])
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, name = "safetensors"): Safetensors {
  checkBytes(name, bytes);
  const fail = failing(name);
  const dataStart = LENGTH_BYTES + headerLength(bytes, bytes.length, fail);
  const header = bytes.subarray(LENGTH_BYTES, dataStart);
  const { entries, metadata } = parseHeader(header, bytes.length - dataStart, fail);
  const tensors = entries.map(
    ({ name, dtype, shape, begin, end }) =>
      [name, storedOf(dtype, shape, bytes.subarray(dataStart + begin, dataStart + end))] as const,
  );
  return { tensors: new Map(tensors), metadata };
}
