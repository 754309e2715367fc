import { kernels, parseKernel, specialise } from "@weft/kernels";
import { describe, expect, it } from "vitest";

const source = `// scale    out[i] = factor · x[i]
override WORKGROUP: u32 = 64;
const TILE: u32 = 4;
alias Element = f32;
struct Params {
  axes: array<vec4<u32>, 8>, // a comment, with a comma
  factor: f32,
  size: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
// @group(0) @binding(9) var<storage, read> not: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<Element>;
`;

describe("parseKernel", () => {
  it("reads bindings, parameters with their offsets, and knobs", () => {
    expect(parseKernel("scale", source)).toMatchObject({
      file: "scale.wgsl",
      bindings: [
        { name: "x", index: 1, access: "read" },
        { name: "out", index: 2, access: "read_write" },
      ],
      params: [
        { name: "axes", type: "array<vec4<u32>,8>", offset: 0 },
        { name: "factor", type: "f32", offset: 128 },
        { name: "size", type: "u32", offset: 132 },
      ],
      paramsBytes: 144,
      overrides: { WORKGROUP: 64 },
      constants: { TILE: 4 },
      aliases: { Element: "f32" },
    });
  });

  it("reads the fields of the structs that an array is made of", () => {
    const structs = (fields: string) =>
      parseKernel(
        "k",
        `struct Pair { ${fields} }\n@group(0) @binding(1) var<storage, read> pairs: array<Pair>;`,
      );
    expect(structs("a: f32, b: f32").bindings).toMatchObject([
      {
        name: "pairs",
        element: "f32",
        fields: [
          { name: "a", offset: 0 },
          { name: "b", offset: 4 },
        ],
      },
    ]);
    expect(() => structs("a: f32, n: u32")).toThrow(
      "k.wgsl: Pair.n is u32 and Pair.a f32; use one type in a struct that an array is made of.",
    );
    expect(parseKernel("scale", source).bindings.map(({ fields }) => fields)).toEqual([undefined, undefined]);
  });

  it("refuses a parameter whose layout it does not know", () => {
    expect(() => parseKernel("bad", "struct Params { at: vec3<f32> }")).toThrow(
      "bad.wgsl: Params.at is vec3<f32>; use u32, i32, f32, array<vec4<u32>,8>.",
    );
  });
});

describe("specialise", () => {
  it("rewrites const and alias lines, and leaves overrides to the pipeline", () => {
    const text = specialise(parseKernel("scale", source), { Element: "i32", TILE: 8, WORKGROUP: 32 });
    expect(text).toContain("alias Element = i32;");
    expect(text).toContain("const TILE: u32 = 8;");
    expect(text).toContain("override WORKGROUP: u32 = 64;");
  });

  it("names the knobs there are", () => {
    expect(() => specialise(parseKernel("scale", source), { ROWS: 1 })).toThrow(
      "scale.wgsl: no knob named ROWS; it has WORKGROUP, TILE, Element.",
    );
  });
});

describe.each(Object.values(kernels))("$file", (kernel) => {
  it("says what it computes, and fits every adapter", () => {
    const head = kernel.source.split("\n").findIndex((line) => !line.startsWith("//"));
    expect(head).toBeGreaterThanOrEqual(2);
    expect(new Set(kernel.bindings.map(({ index }) => index)).size).toBe(kernel.bindings.length);
    expect(kernel.bindings.length).toBeLessThanOrEqual(8);
    expect(kernel.paramsBytes).toBeLessThanOrEqual(256);
  });
});
