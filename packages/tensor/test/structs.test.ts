import { kernels, parseKernel } from "@weft/kernels";
import { packStructs } from "@weft/tensor";
import { expect, it } from "vitest";

const pairs = parseKernel(
  "pairs",
  `struct Pair { a: f32, b: f32 }
@group(0) @binding(1) var<storage, read> list: array<Pair>;
@group(0) @binding(2) var<storage, read> numbers: array<f32>;`,
);

it("packs structs side by side, each field by its name", () => {
  const list = [
    { b: 2, a: 1 },
    { a: 3, b: 4 },
  ];
  expect(packStructs(pairs, "list", list)).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(packStructs(pairs, "list", [])).toEqual(new Float32Array());
});

it("names the field that is not given, and a binding of plain numbers", () => {
  expect(() => packStructs(pairs, "list", [{ a: 1, b: 2 }, { a: 3 }])).toThrow(
    new TypeError("pairs.wgsl: list[1].b is not given."),
  );
  expect(() => packStructs(pairs, "numbers", [{ a: 1 }])).toThrow(
    new TypeError("pairs.wgsl: numbers is no array of structs of f32; bind a tensor of numbers."),
  );
});

it("knows the fields of its own kernels when it is compiled", () => {
  const group = { learningRate: 1, rateDecay: 2, eps: 3, weightDecay: 4, sign: 5 };
  expect(packStructs(kernels.adagrad, "groups", [group])).toEqual(Float32Array.of(1, 2, 3, 4, 5));
  const { sign: _, ...fewer } = group;
  // @ts-expect-error
  expect(() => packStructs(kernels.adagrad, "groups", [fewer])).toThrow("groups[0].sign is not given.");
});
