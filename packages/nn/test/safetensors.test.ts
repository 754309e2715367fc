import { decodeSafetensors, encodeSafetensors, numbersOf, type StoredTensor } from "@weft/nn";
import { describe, expect, test } from "vitest";
import { entry, everyDType, file, headerOf } from "./safetensorsFiles.js";

const f32 = (...values: number[]): StoredTensor => ({
  dtype: "F32",
  shape: [values.length],
  data: Float32Array.from(values),
});

describe("safetensors", () => {
  test("gives back what was written, in every dtype", () => {
    const decoded = decodeSafetensors(encodeSafetensors(everyDType, { format: "pt", note: "鯨" }));
    expect(decoded.metadata).toEqual({ format: "pt", note: "鯨" });
    expect([...decoded.tensors.keys()].sort()).toEqual([...everyDType.keys()].sort());
    for (const [name, tensor] of everyDType) expect(decoded.tensors.get(name)).toEqual(tensor);
  });

  test("lies byte by byte as the format says", () => {
    const bytes = encodeSafetensors(new Map([["x", f32(1)]]));
    const json = '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(56);
    expect(bytes.length).toBe(8 + 56 + 4);
    expect(bytes).toEqual(
      Uint8Array.from([56, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(json), 0, 0, 128, 63]),
    );
  });

  test("keeps the order of tensors whose elements are of one size", () => {
    const names = ["weight_ih_l0", "weight_hh_l0", "bias", "a"];
    const bytes = encodeSafetensors(new Map(names.map((name) => [name, f32(1)])));
    expect(Object.keys(headerOf(bytes))).toEqual(names);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(names);
  });

  test("lays every element at a multiple of its size, so that reading copies nothing", () => {
    const bytes = encodeSafetensors(everyDType);
    for (const { data } of decodeSafetensors(bytes).tensors.values()) expect(data.buffer).toBe(bytes.buffer);
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
    expect(decodeSafetensors(file("{}      ")).metadata).toEqual({});
  });
});

describe("numbersOf", () => {
  const expected: Readonly<Record<string, [dtype: string, data: ArrayBufferView]>> = {
    flags: ["bool", Uint8Array.of(1, 0, 1)],
    double: ["f32", Float32Array.of(0.1, Number.NEGATIVE_INFINITY)],
    half: ["f16", Float32Array.of(1.5, Number.NEGATIVE_INFINITY, 2 ** -24)],
    brain: ["f32", Float32Array.of(1.5, Number.NEGATIVE_INFINITY)],
    long: ["i32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
    ids: ["i32", Int32Array.of(-7, 2 ** 31 - 1)],
    short: ["i32", Int32Array.of(-32768)],
    byte: ["i32", Int32Array.of(-128)],
    unsignedLong: ["u32", Uint32Array.of(2 ** 32 - 1)],
    counts: ["u32", Uint32Array.of(2 ** 32 - 1)],
    unsignedShort: ["i32", Int32Array.of(65535)],
    pixels: ["i32", Int32Array.of(0, 128, 255)],
    number: ["f32", Float32Array.of(4)],
  };

  test.each(Object.entries(expected))("gives %s in a dtype of Weft", (name, [dtype, data]) => {
    expect(numbersOf(everyDType.get(name) as StoredTensor)).toEqual({ dtype, data });
  });
});
