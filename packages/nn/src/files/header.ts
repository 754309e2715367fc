// The checks that make a safetensors header safe to use: what it says is never trusted before it was proven.
import { type Fail, isBroken, quoted } from "./fileError.js";
import { jsonStructureFault, wrongNumber } from "./jsonStructure.js";
import { bytesPerElement, STORED, type StoredDType } from "./stored.js";

/** Where one tensor lies: bytes [begin, end) of the data behind the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of the data. */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the length that a file begins with. */
export const LENGTH_BYTES = 8;
/** Headers longer than this are refused, as by the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The length of the header, from the first bytes of a file that has `fileLength` bytes. */
export function headerLength(first: Uint8Array, fileLength: number, fail: Fail): number {
  if (fileLength < LENGTH_BYTES) throw fail(`${fileLength} bytes are too few for a header length`);
  const claimed = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const isTooLong = claimed > BigInt(MAX_HEADER_BYTES);
  const other = isTooLong ? otherFormat(first) : undefined;
  if (other !== undefined)
    throw fail(`it looks like a PyTorch checkpoint (${other}), not a safetensors file`, CONVERT);
  if (claimed > BigInt(fileLength - LENGTH_BYTES))
    throw fail(`a header of ${claimed} bytes does not fit in its ${fileLength} bytes`);
  if (isTooLong) throw fail(`a header of ${claimed} bytes is over ${MAX_HEADER_BYTES}`);
  return Number(claimed);
}

const CONVERT =
  'convert it in Python: safetensors.torch.save_file(torch.load("model.pt"), "model.safetensors"), where torch.load gives a state_dict';

/** What begins with these bytes, if it is what PyTorch writes: read as the length of a header it is too long for one. */
function otherFormat([a, b, c, d]: Uint8Array): string | undefined {
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) return "a zip file"; // "PK"
  return a === 0x80 && b !== undefined && b >= 2 && b <= 5 ? "a Python pickle" : undefined; // PROTO 2 … 5
}

/** Reads a header and proves that its tensors fill the `dataLength` bytes behind it without a gap or an overlap. */
export function parseHeader(bytes: Uint8Array, dataLength: number, fail: Fail): Header {
  const json = textOf(bytes, fail);
  const header = parseObject(json, fail);
  const metadata = metadataOf(header["__metadata__"], fail);
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => entryOf(name, value, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  // What JSON.parse took for a whole number may be written as 4.0, 4e0 or -0, which other readers refuse.
  const wrong = wrongNumber(json);
  if (wrong !== undefined) throw fail(`the header has the number ${quoted(wrong)}, not a whole one ≥ 0`);
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) {
      const fault =
        begin < reached ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it";
      throw fail(
        `tensor ${quoted(name)} ${fault} (bytes ${begin} … ${end}, expected to start at ${reached})`,
      );
    }
    reached = end;
  }
  if (reached !== dataLength)
    throw fail(`its tensors take ${reached} bytes and the data is ${dataLength} bytes`);
  return { entries, metadata };
}

function textOf(bytes: Uint8Array, fail: Fail): string {
  let json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fail("the header is not UTF-8");
  }
  if (json.startsWith("\uFEFF")) throw fail("the header begins with a byte order mark");
  if (!json.startsWith("{")) throw fail("the header does not begin with {");
  return json;
}

function parseObject(json: string, fail: Fail): Record<string, unknown> {
  const fault = jsonStructureFault(json, 3); // header, tensor, shape
  if (fault !== undefined) throw fail(`the header ${fault}`);
  try {
    return JSON.parse(json) as Record<string, unknown>; // an object, since it begins with {
  } catch {
    throw fail("the header is not JSON");
  }
}

function metadataOf(value: unknown, fail: Fail): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw fail("__metadata__ is not an object");
  const pairs = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== "string") throw fail(`__metadata__ ${quoted(key)} is ${quoted(text)}, not a string`);
    if (isBroken(key) || isBroken(text)) throw fail(`__metadata__ ${quoted(key)} holds half a character`);
    return [key, text];
  });
  return Object.fromEntries(pairs);
}

function entryOf(name: string, value: unknown, fail: Fail): Entry {
  const tensor = `tensor ${quoted(name)}`;
  if (isBroken(name)) throw fail(`${tensor} has half a character in its name`);
  if (!isObject(value)) throw fail(`${tensor} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDType(dtype)) {
    const known = Object.keys(STORED).join(", ");
    throw fail(`${tensor} has dtype ${quoted(dtype)}`, `store it as one of ${known}`);
  }
  if (!isCounts(shape)) throw fail(`${tensor} has shape ${quoted(shape)}, not a list of whole numbers ≥ 0`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw fail(`${tensor} has data_offsets ${quoted(offsets)}, not two whole numbers ≥ 0`);
  const [begin = 0, end = 0] = offsets;
  if (end < begin) throw fail(`${tensor} ends at byte ${end}, before its start ${begin}`);
  let bytes = bytesPerElement(dtype);
  for (const length of shape) {
    bytes *= length;
    if (bytes > Number.MAX_SAFE_INTEGER)
      throw fail(`${tensor} has shape ${quoted(shape)}, too large to count`);
  }
  if (end - begin !== bytes)
    throw fail(`${tensor} of ${dtype} and shape ${quoted(shape)} needs ${bytes} bytes, not ${end - begin}`);
  return { name, dtype, shape, begin, end };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isDType = (value: unknown): value is StoredDType =>
  typeof value === "string" && Object.hasOwn(STORED, value);

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
