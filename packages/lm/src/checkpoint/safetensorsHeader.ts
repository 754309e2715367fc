// The checks that make a safetensors header safe to use: what it says is never trusted before it was proven.
import type { CheckpointError } from "../errors.js";
import { structureFault } from "./jsonStructure.js";

/** Where one tensor lies: bytes [begin, end) of the data behind the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const DTYPES = { F32: "f32", I32: "i32", U32: "u32" } as const;

/** The dtypes a checkpoint may hold. */
export type StoredDType = (typeof DTYPES)[keyof typeof DTYPES];

export const BYTES_PER_ELEMENT = 4; // of all three

/** Reads a header's JSON and proves that its tensors fill `dataLength` bytes without a gap or an overlap. */
export function parseHeader(
  json: string,
  dataLength: number,
  fail: (fault: string) => CheckpointError,
): Header {
  const header = parseObject(json, fail);
  const metadata = metadataOf(header["__metadata__"], fail);
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => entryOf(name, value, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) {
      const fault =
        begin < reached ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it";
      throw fail(
        `tensor ${JSON.stringify(name)} ${fault} (bytes ${begin} … ${end}, expected to start at ${reached})`,
      );
    }
    reached = end;
  }
  if (reached !== dataLength)
    throw fail(`its tensors take ${reached} bytes and the data is ${dataLength} bytes`);
  return { entries, metadata };
}

function parseObject(json: string, fail: (fault: string) => CheckpointError): Record<string, unknown> {
  const fault = structureFault(json, 3); // header, tensor, shape
  if (fault !== undefined) throw fail(`the header ${fault}`);
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw fail("the header is not JSON");
  }
  if (!isObject(header)) throw fail("the header is not a JSON object");
  return header;
}

function metadataOf(value: unknown, fail: (fault: string) => CheckpointError): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw fail("__metadata__ is not an object");
  const pairs = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== "string") throw fail(`__metadata__ ${JSON.stringify(key)} is not a string`);
    return [key, text];
  });
  return Object.fromEntries(pairs);
}

function entryOf(name: string, value: unknown, fail: (fault: string) => CheckpointError): Entry {
  const tensor = `tensor ${JSON.stringify(name)}`;
  if (!isObject(value)) throw fail(`${tensor} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDType(dtype))
    throw fail(`${tensor} has dtype ${JSON.stringify(dtype)}, and only F32, I32 and U32 can be read`);
  if (!isCounts(shape))
    throw fail(`${tensor} has shape ${JSON.stringify(shape)}, not a list of whole numbers ≥ 0`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw fail(`${tensor} has data_offsets ${JSON.stringify(offsets)}, not two whole numbers ≥ 0`);
  }
  const [begin = 0, end = 0] = offsets;
  if (end < begin) throw fail(`${tensor} ends at byte ${end}, before its start ${begin}`);
  let size = 1;
  for (const length of shape) {
    size *= length;
    if (size * BYTES_PER_ELEMENT > Number.MAX_SAFE_INTEGER)
      throw fail(`${tensor} has a shape too large to count`);
  }
  if (end - begin !== size * BYTES_PER_ELEMENT) {
    throw fail(
      `${tensor} of shape (${shape.join(", ")}) needs ${size * BYTES_PER_ELEMENT} bytes, not ${end - begin}`,
    );
  }
  return { name, dtype: DTYPES[dtype], shape, begin, end };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isDType = (value: unknown): value is keyof typeof DTYPES =>
  typeof value === "string" && Object.hasOwn(DTYPES, value);

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
