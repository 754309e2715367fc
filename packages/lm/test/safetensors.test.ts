import {
  CheckpointError,
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  uniformNumbers,
} from "@weft/lm";
import { describe, expect, test } from "vitest";

const example = new Map<string, StoredTensor>([
  ["weight", { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, Number.NaN, 0, Number.POSITIVE_INFINITY) }],
  ["ids", { shape: [2], data: Int32Array.of(-7, 2 ** 31 - 1) }],
  ["counts", { shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
  ["number", { shape: [], data: Float32Array.of(4) }],
  ["none", { shape: [0, 5], data: new Float32Array(0) }],
  ['鯨 "quoted" __proto__', { shape: [1], data: Float32Array.of(1) }],
  ["__proto__", { shape: [1], data: Float32Array.of(2) }],
]);

/** A file with this header, written by hand. */
function file(header: string, data = 0, length = new TextEncoder().encode(header).length): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}
const entry = (begin: number, end: number, rest = '"dtype":"F32","shape":[1]') =>
  `{${rest},"data_offsets":[${begin},${end}]}`;

describe("safetensors", () => {
  test("gives back what was written", () => {
    const bytes = encodeSafetensors(example, { format: "pt", note: "鯨" });
    const decoded = decodeSafetensors(bytes);
    expect(decoded.metadata).toEqual({ format: "pt", note: "鯨" });
    expect([...decoded.tensors.keys()].sort()).toEqual([...example.keys()].sort());
    for (const [name, tensor] of example) expect(decoded.tensors.get(name)).toEqual(tensor);
  });

  test("starts the numbers at a multiple of 8, behind spaces", () => {
    const bytes = encodeSafetensors(new Map([["x", { shape: [1], data: Float32Array.of(1) }]]));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      x: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    });
    expect(new DataView(bytes.buffer).getFloat32(8 + length, true)).toBe(1);
  });

  test("reads numbers that lie at odd places", () => {
    const bytes = file(`{"x":${entry(0, 4)}}`.padEnd(61), 4);
    new DataView(bytes.buffer).setFloat32(8 + 61, 2.5, true);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3)).tensors.get("x")?.data).toEqual(Float32Array.of(2.5));
  });

  test("holds no tensors, if need be", () => {
    expect(decodeSafetensors(encodeSafetensors(new Map())).tensors.size).toBe(0);
    expect(decodeSafetensors(file("{}")).tensors.size).toBe(0);
  });

  test("refuses to write what does not agree", () => {
    expect(() => encodeSafetensors(new Map([["x", { shape: [3], data: Float32Array.of(1) }]]))).toThrow(
      /"x" has shape \(3\)/,
    );
    expect(() =>
      encodeSafetensors(new Map([["__metadata__", { shape: [], data: Float32Array.of(1) }]])),
    ).toThrow();
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["a file of 7 bytes", new Uint8Array(7), /too few/],
    ["a header longer than the file", file("{}", 0, 3), /does not fit in its 10 bytes/],
    ["a header length of 2⁶⁴ − 1", new Uint8Array(16).fill(0xff), /does not fit/],
    ["a header over 100 MB", file("{}", 100_000_001, 100_000_001), /over 100000000/],
    ["a header that is not UTF-8", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /not UTF-8/],
    ["a header that is not JSON", file("{x}"), /not JSON/],
    ["an empty header", file(""), /not JSON/],
    ["a list as header", file("[]"), /not a JSON object/],
    ["null as header", file("null"), /not a JSON object/],
    ["a tensor that is no object", file('{"x":3}'), /"x" is not described/],
    ["a deep header", file(`{"x":${"[".repeat(50_000)}`), /nests deeper/],
    ["a duplicate name", file(`{"x":${entry(0, 4)},"x":${entry(4, 8)}}`, 8), /names "x" twice/],
    [
      "a duplicate name in disguise",
      file(`{"x":${entry(0, 4)},"\\u0078":${entry(4, 8)}}`, 8),
      /names "x" twice/,
    ],
    [
      "a duplicate dtype",
      file(`{"x":${entry(0, 4, '"dtype":"I32","dtype":"F32","shape":[1]')}}`, 4),
      /"dtype" twice/,
    ],
    ["an overlap", file(`{"x":${entry(0, 4)},"y":${entry(0, 4)}}`, 4), /"y" overlaps/],
    ["a gap", file(`{"x":${entry(0, 4)},"y":${entry(8, 12)}}`, 12), /"y" leaves a gap/],
    ["a gap at the start", file(`{"x":${entry(4, 8)}}`, 8), /"x" leaves a gap/],
    ["data nobody claims", file(`{"x":${entry(0, 4)}}`, 8), /take 4 bytes and the data is 8/],
    ["a range behind the end", file(`{"x":${entry(0, 4)}}`, 3), /take 4 bytes and the data is 3/],
    ["a negative offset", file(`{"x":${entry(-4, 0)}}`), /data_offsets \[-4,0\]/],
    ["a broken offset", file(`{"x":${entry(0, 4.5)}}`, 4), /data_offsets/],
    ["an offset over 2⁵³", file(`{"x":${entry(0, 2 ** 60)}}`, 4), /data_offsets/],
    ["an end before the start", file(`{"x":${entry(4, 0)}}`, 4), /before its start/],
    ["one offset", file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[4]}}', 4), /data_offsets/],
    ["no offsets", file('{"x":{"dtype":"F32","shape":[1]}}', 4), /data_offsets/],
    ["a size that differs", file(`{"x":${entry(0, 8)}}`, 8), /\(1\) needs 4 bytes, not 8/],
    ["an unknown dtype", file(`{"x":${entry(0, 4, '"dtype":"F99","shape":[1]')}}`, 4), /dtype "F99"/],
    [
      "a dtype of the prototype",
      file(`{"x":${entry(0, 4, '"dtype":"toString","shape":[1]')}}`, 4),
      /dtype "toString"/,
    ],
    ["no dtype", file(`{"x":${entry(0, 4, '"shape":[1]')}}`, 4), /dtype undefined/],
    ["a negative length", file(`{"x":${entry(0, 4, '"dtype":"F32","shape":[-1,-1]')}}`, 4), /shape/],
    ["a shape that is a word", file(`{"x":${entry(0, 4, '"dtype":"F32","shape":"1"')}}`, 4), /shape "1"/],
    [
      "a shape whose product overflows to 1",
      file(`{"x":${entry(0, 4, '"dtype":"F32","shape":[4294967296,4294967296,4294967296]')}}`, 4),
      /too large/,
    ],
    [
      "a shape that overflows and ends in 0",
      file(`{"x":${entry(0, 0, '"dtype":"F32","shape":[4294967296,4294967296,0]')}}`),
      /too large/,
    ],
    ["metadata that is no object", file('{"__metadata__":3}'), /__metadata__ is not an object/],
    ["metadata that is no text", file('{"__metadata__":{"a":3}}'), /"a" is not a string/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "file")).toThrow(CheckpointError);
    expect(() => decodeSafetensors(bytes, "file")).toThrow(message);
    expect(() => decodeSafetensors(bytes, "file")).toThrow(/^file: [^\n]+\.$/);
  });

  test("bears a thousand random mutations: refused in one line, or sound", () => {
    const good = encodeSafetensors(example, { format: "pt" });
    const next = uniformNumbers(11);
    const below = (n: number) => Math.floor(next() * n);
    for (let round = 0; round < 1000; round++) {
      let bytes: Uint8Array = good.slice();
      for (let change = 0; change <= below(3); change++) {
        const at = below(bytes.length);
        const kind = below(4);
        if (kind === 0) bytes[at] = below(256);
        else if (kind === 1) bytes = bytes.slice(0, at);
        else if (kind === 2) bytes = new Uint8Array([...bytes.slice(0, at), below(256), ...bytes.slice(at)]);
        else bytes = new Uint8Array([...bytes.slice(0, at), ...bytes.slice(at + 1 + below(9))]);
        if (bytes.length === 0) break;
      }
      try {
        for (const { shape, data } of decodeSafetensors(bytes).tensors.values()) {
          expect(data.length).toBe(shape.reduce((size, length) => size * length, 1));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        expect((error as Error).message).toMatch(/^safetensors: [^\n]+$/);
      }
    }
  });
});
