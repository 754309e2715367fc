import { decodeSafetensors, encodeSafetensors, FileError, numbersOf, type StoredTensor } from "@weft/nn";
import { describe, expect, test } from "vitest";
import { entry, file } from "./safetensorsFiles.js";

const DAMAGED = "the file is damaged or no safetensors file; get or write it again.";
const one = (rest: string) => file(`{"x":${entry(0, 4, rest)}}`, 4);
const overflow = "[4294967296,4294967296,4294967296]";

/** The one line that an action is refused with. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}

const PYTORCH =
  'convert it in Python: safetensors.torch.save_file(torch.load("model.pt"), "model.safetensors"), where torch.load gives a state_dict.';

describe("what torch.save() wrote", () => {
  test.each([
    ["a zip file", "504b03040000080800000000"],
    ["a Python pickle", "80028a0a6cfc9c46f9206aa8"],
    ["a Python pickle", "80049514000000000000007d"],
  ])("is called by its name: %s", (kind, hex) => {
    const bytes = Uint8Array.from(hex.match(/../g) as string[], (byte) => Number.parseInt(byte, 16));
    expect(refusal(() => decodeSafetensors(bytes, "model.pt"))).toBe(
      `model.pt: it looks like a PyTorch checkpoint (${kind}), not a safetensors file; ${PYTORCH}`,
    );
  });

  test("is told from a header whose length begins with the same bytes", () => {
    const [json, length] = ["{}".padEnd(0x280), 0x280]; // 80 02 00 …
    const bytes = file(json, 0, length);
    expect(decodeSafetensors(bytes).tensors.size).toBe(0);
    expect(refusal(() => decodeSafetensors(bytes.subarray(0, -1)))).toMatch(
      /header of 640 bytes does not fit/,
    );
  });
});

describe("decodeSafetensors refuses", () => {
  test.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ["an empty file", new Uint8Array(0), "0 bytes are too few for a header length"],
    ["a file of 7 bytes", new Uint8Array(7), "7 bytes are too few for a header length"],
    ["a header longer than the file", file("{}", 0, 3), "a header of 3 bytes does not fit in its 10 bytes"],
    [
      "a header length of 2⁶⁴ − 1",
      new Uint8Array(16).fill(0xff),
      "a header of 18446744073709551615 bytes does not fit in its 16 bytes",
    ],
    [
      "a header over 100 MB",
      file("{}", 100_000_001, 100_000_001),
      "a header of 100000001 bytes is over 100000000",
    ],
    [
      "a header that is not UTF-8",
      Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe),
      "the header is not UTF-8",
    ],
    ["UTF-8 that is cut", Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xe9, 0xaf), "the header is not UTF-8"],
    ["a byte order mark", file("\uFEFF{}"), "the header begins with a byte order mark"],
    ["a header that is not JSON", file("{x}"), "the header is not JSON"],
    ["JSON with something behind", file("{}{}"), "the header is not JSON"],
    ["NaN in JSON", file('{"x":NaN}'), "the header is not JSON"],
    ["an empty header", file(""), "the header does not begin with {"],
    ["a space before the header", file(" {}"), "the header does not begin with {"],
    ["a list as header", file("[]"), "the header does not begin with {"],
    ["null as header", file("null"), "the header does not begin with {"],
    ["a tensor that is no object", file('{"x":3}'), 'tensor "x" is not described by an object'],
    ["a tensor that is a list", file('{"x":[]}'), 'tensor "x" is not described by an object'],
    ["a deep header", file(`{"x":${"[".repeat(50_000)}`), "the header nests deeper than 3 levels"],
    ["a deep shape", one('"dtype":"F32","shape":[[1]]'), "the header nests deeper than 3 levels"],
    ["a duplicate name", file(`{"x":${entry(0, 4)},"x":${entry(4, 8)}}`, 8), 'the header names "x" twice'],
    [
      "a duplicate name in disguise",
      file(`{"x":${entry(0, 4)},"\\u0078":${entry(4, 8)}}`, 8),
      'the header names "x" twice',
    ],
    [
      "a duplicate __proto__",
      file(`{"__proto__":${entry(0, 4)},"__proto__":${entry(4, 8)}}`, 8),
      'the header names "__proto__" twice',
    ],
    ["a duplicate dtype", one('"dtype":"I32","dtype":"F32","shape":[1]'), 'the header names "dtype" twice'],
    [
      "duplicate metadata",
      file('{"__metadata__":{},"__metadata__":{}}'),
      'the header names "__metadata__" twice',
    ],
    [
      "an overlap",
      file(`{"x":${entry(0, 4)},"y":${entry(0, 4)}}`, 4),
      'tensor "y" overlaps the tensor before it (bytes 0 … 4, expected to start at 4)',
    ],
    [
      "an overlap by one byte",
      file(`{"x":${entry(0, 4)},"y":${entry(3, 7)}}`, 7),
      'tensor "y" overlaps the tensor before it (bytes 3 … 7, expected to start at 4)',
    ],
    [
      "a gap",
      file(`{"x":${entry(0, 4)},"y":${entry(8, 12)}}`, 12),
      'tensor "y" leaves a gap behind the tensor before it (bytes 8 … 12, expected to start at 4)',
    ],
    [
      "a gap at the start",
      file(`{"x":${entry(4, 8)}}`, 8),
      'tensor "x" leaves a gap behind the tensor before it (bytes 4 … 8, expected to start at 0)',
    ],
    [
      "an empty tensor in the midst of another",
      file(`{"x":${entry(0, 4)},"y":${entry(2, 2, '"dtype":"F32","shape":[0]')}}`, 4),
      'tensor "y" overlaps the tensor before it (bytes 2 … 2, expected to start at 4)',
    ],
    [
      "bytes nobody claims",
      file(`{"x":${entry(0, 4)}}`, 8),
      "its tensors take 4 bytes and the data is 8 bytes",
    ],
    ["bytes without tensors", file("{}", 1), "its tensors take 0 bytes and the data is 1 bytes"],
    [
      "a range behind the end",
      file(`{"x":${entry(0, 4)}}`, 3),
      "its tensors take 4 bytes and the data is 3 bytes",
    ],
    [
      "an exabyte that is not there",
      file(`{"x":${entry(0, 2 ** 52, `"dtype":"F32","shape":[${2 ** 50}]`)}}`, 4),
      "its tensors take 4503599627370496 bytes and the data is 4 bytes",
    ],
    [
      "a negative offset",
      file(`{"x":${entry(-4, 0)}}`),
      'tensor "x" has data_offsets [-4,0], not two whole numbers ≥ 0',
    ],
    [
      "a broken offset",
      file(`{"x":${entry(0, 4.5)}}`, 4),
      'tensor "x" has data_offsets [0,4.5], not two whole numbers ≥ 0',
    ],
    [
      "an offset written as 4.0",
      file(`{"x":${entry(0, "4.0")}}`, 4),
      'the header has the number "4.0", not a whole one ≥ 0',
    ],
    [
      "an offset written as 4e0",
      file(`{"x":${entry(0, "4e0")}}`, 4),
      'the header has the number "4e0", not a whole one ≥ 0',
    ],
    [
      "an offset of −0",
      file(`{"x":${entry("-0", 4)}}`, 4),
      'the header has the number "-0", not a whole one ≥ 0',
    ],
    [
      "an offset over 2⁵³",
      file(`{"x":${entry(0, "9007199254740993")}}`, 4),
      'tensor "x" has data_offsets [0,9007199254740992], not two whole numbers ≥ 0',
    ],
    [
      "an infinite offset",
      file(`{"x":${entry(0, "1e999")}}`, 4),
      'tensor "x" has data_offsets [0,null], not two whole numbers ≥ 0',
    ],
    [
      "an end before the start",
      file(`{"x":${entry(4, 0)}}`, 4),
      'tensor "x" ends at byte 0, before its start 4',
    ],
    [
      "one offset",
      file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[4]}}', 4),
      'tensor "x" has data_offsets [4], not two whole numbers ≥ 0',
    ],
    [
      "three offsets",
      file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}', 4),
      'tensor "x" has data_offsets [0,4,4], not two whole numbers ≥ 0',
    ],
    [
      "no offsets",
      file('{"x":{"dtype":"F32","shape":[1]}}', 4),
      'tensor "x" has data_offsets undefined, not two whole numbers ≥ 0',
    ],
    [
      "a size that differs",
      file(`{"x":${entry(0, 8)}}`, 8),
      'tensor "x" of F32 and shape [1] needs 4 bytes, not 8',
    ],
    [
      "a size of another dtype",
      one('"dtype":"F16","shape":[1]'),
      'tensor "x" of F16 and shape [1] needs 2 bytes, not 4',
    ],
    [
      "a number without bytes",
      file(`{"x":${entry(0, 0, '"dtype":"F32","shape":[]')}}`),
      'tensor "x" of F32 and shape [] needs 4 bytes, not 0',
    ],
    [
      "a negative length",
      one('"dtype":"F32","shape":[-1,-1]'),
      'tensor "x" has shape [-1,-1], not a list of whole numbers ≥ 0',
    ],
    [
      "a broken length",
      one('"dtype":"F32","shape":[0.5,2]'),
      'tensor "x" has shape [0.5,2], not a list of whole numbers ≥ 0',
    ],
    [
      "a length over 2⁵³",
      one('"dtype":"F32","shape":[1e30]'),
      'tensor "x" has shape [1e+30], not a list of whole numbers ≥ 0',
    ],
    [
      "a length that is a word",
      one('"dtype":"F32","shape":["1"]'),
      'tensor "x" has shape ["1"], not a list of whole numbers ≥ 0',
    ],
    [
      "a shape that is a word",
      one('"dtype":"F32","shape":"1"'),
      'tensor "x" has shape "1", not a list of whole numbers ≥ 0',
    ],
    ["no shape", one('"dtype":"F32"'), 'tensor "x" has shape undefined, not a list of whole numbers ≥ 0'],
    [
      "a shape whose product overflows",
      one(`"dtype":"F32","shape":${overflow}`),
      `tensor "x" has shape ${overflow}, too large to count`,
    ],
    [
      "a shape that overflows and ends in 0",
      file(`{"x":${entry(0, 0, '"dtype":"F32","shape":[4294967296,4294967296,0]')}}`),
      'tensor "x" has shape [4294967296,4294967296,0], too large to count',
    ],
    ["metadata that is no object", file('{"__metadata__":3}'), "__metadata__ is not an object"],
    ["metadata that is a list", file('{"__metadata__":[]}'), "__metadata__ is not an object"],
    ["metadata that is no text", file('{"__metadata__":{"a":3}}'), '__metadata__ "a" is 3, not a string'],
    ["metadata that is null", file('{"__metadata__":{"a":null}}'), '__metadata__ "a" is null, not a string'],
    ["a name that would break the line", file('{"a\\nb":3}'), 'tensor "a\\nb" is not described by an object'],
    [
      "a name with half a character",
      file(`{"a\\ud800":${entry(0, 4)}}`, 4),
      'tensor "a\\ud800" has half a character in its name',
    ],
    [
      "metadata with half a character",
      file('{"__metadata__":{"a":"\\udc00"}}'),
      '__metadata__ "a" holds half a character',
    ],
    [
      "a name too long to show",
      file(`{"${"x".repeat(10_000)}":3}`),
      `tensor "${"x".repeat(79)}… is not described by an object`,
    ],
  ])("%s", (_, bytes, fault) => {
    expect(refusal(() => decodeSafetensors(bytes, "model.safetensors"))).toBe(
      `model.safetensors: ${fault}; ${DAMAGED}`,
    );
  });

  test.each([
    ["an unknown dtype", '"F8_E4M3"'],
    ["a dtype of the prototype", '"toString"'],
    ["a dtype in small letters", '"f32"'],
    ["a dtype that is a number", "3"],
    ["a dtype that is null", "null"],
  ])("%s, with the list of those it knows", (_, dtype) => {
    expect(refusal(() => decodeSafetensors(one(`"dtype":${dtype},"shape":[1]`)))).toBe(
      `safetensors: tensor "x" has dtype ${dtype}; store it as one of ` +
        "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL.",
    );
  });

  test("nothing in names that mean something to JavaScript", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const entries = names.map((name, i) => `"${name}":${entry(4 * i, 4 * i + 4)}`);
    const metadata = '"__metadata__":{"__proto__":"a","constructor":"b"}';
    const decoded = decodeSafetensors(file(`{${[metadata, ...entries].join()}}`, 16));
    expect([...decoded.tensors.keys()]).toEqual(names);
    expect(Object.entries(decoded.metadata)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(Object.getPrototypeOf(decoded.metadata)).toBe(Object.prototype);
    expect("shape" in {}).toBe(false);
  });
});

describe("numbersOf refuses", () => {
  test.each<[string, StoredTensor, string]>([
    [
      "an I64 over 2³¹",
      { dtype: "I64", shape: [2], data: BigInt64Array.of(1n, 2n ** 31n) },
      "holds 2147483648 as I64",
    ],
    [
      "an I64 below −2³¹",
      { dtype: "I64", shape: [1], data: BigInt64Array.of(-(2n ** 31n) - 1n) },
      "holds -2147483649 as I64",
    ],
    [
      "an I64 of 2³² · n",
      { dtype: "I64", shape: [1], data: BigInt64Array.of(2n ** 32n) },
      "holds 4294967296 as I64",
    ],
    [
      "a U64 of 2³²",
      { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 32n) },
      "holds 4294967296 as U64",
    ],
  ])("%s", (_, stored, fault) => {
    expect(refusal(() => numbersOf(stored, 'ids.safetensors: tensor "x"'))).toBe(
      `ids.safetensors: tensor "x" ${fault}, and Weft's integers have 32 bits; store it as F32, or numbers that fit.`,
    );
  });

  test("a BOOL that is neither 0 nor 1", () => {
    const stored: StoredTensor = { dtype: "BOOL", shape: [3], data: Uint8Array.of(0, 1, 2) };
    expect(refusal(() => numbersOf(stored))).toBe("tensor holds 2 as a BOOL; use 0 and 1.");
  });
});

describe("encodeSafetensors refuses", () => {
  const data = Float32Array.of(1);
  const refusedTensor = (stored: unknown, name = "x") =>
    refusal(() => encodeSafetensors(new Map([[name, stored as StoredTensor]])));

  test("what does not agree", () => {
    expect(refusedTensor({ dtype: "F32", shape: [3], data })).toBe(
      'safetensors: tensor "x" has shape (3) and 1 elements; the product of the lengths must be that.',
    );
    expect(refusedTensor({ dtype: "F32", shape: [-1, -1], data })).toMatch(
      /has shape \(-1, -1\) and 1 elements/,
    );
    expect(refusedTensor({ dtype: "I32", shape: [1], data })).toBe(
      'safetensors: tensor "x" is I32 and its data no Int32Array; use one.',
    );
    expect(refusedTensor({ dtype: "f32", shape: [1], data })).toMatch(
      /^safetensors: tensor "x" has dtype "f32"; use one of F64, .*BOOL\.$/,
    );
  });

  test("a tensor in the place of the metadata, and metadata that are no strings", () => {
    expect(refusedTensor({ dtype: "F32", shape: [1], data }, "__metadata__")).toBe(
      'safetensors: tensor "__metadata__" has the name of the metadata; use another.',
    );
    expect(refusedTensor({ dtype: "F32", shape: [1], data }, "\ud800")).toBe(
      'safetensors: tensor "\\ud800" has half a character in its name; use whole ones.',
    );
    expect(refusal(() => encodeSafetensors(new Map(), { a: "\udfff" }))).toBe(
      'safetensors: metadata "a" holds half a character; use whole ones.',
    );
    const metadata = { epoch: 3 } as unknown as Record<string, string>;
    expect(refusal(() => encodeSafetensors(new Map(), metadata))).toBe(
      'safetensors: metadata "epoch" is 3; use a string.',
    );
  });

  test("a header that no one would read", () => {
    const metadata = { note: "x".repeat(100_000_000) };
    expect(refusal(() => encodeSafetensors(new Map(), metadata))).toMatch(
      /^safetensors: a header of 1000000\d\d bytes is over 100000000; use fewer or shorter names and metadata\.$/,
    );
  });
});
