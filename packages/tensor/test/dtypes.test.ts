import {
  arange,
  cast,
  DTypeError,
  dropout,
  embedding,
  full,
  Generator,
  matmul,
  maximum,
  mean,
  ones,
  open,
  tensor,
  uniform,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const int = (...values: number[]) => tensor(values, { dtype: "i32" });

describe("dtypes", () => {
  it("follow the typed array, or the option", async () => {
    expect(await tensor(new Int32Array([-1, 2])).data()).toEqual(Int32Array.of(-1, 2));
    expect(await tensor(new Uint32Array([1, 2 ** 32 - 1])).data()).toEqual(Uint32Array.of(1, 2 ** 32 - 1));
    expect(await tensor([1.5]).data()).toEqual(Float32Array.of(1.5));
    expect(await arange(3, { dtype: "u32" }).data()).toEqual(Uint32Array.of(0, 1, 2));
    expect(await full([2], -3, { dtype: "i32" }).data()).toEqual(Int32Array.of(-3, -3));
  });

  it("of integers survive arithmetic exactly", async () => {
    expect(
      await int(2 ** 30, -7)
        .add(int(5, 2))
        .toArray(),
    ).toEqual([2 ** 30 + 5, -5]);
    expect(await int(7, -7).div(2, { roundingMode: "trunc" }).toArray()).toEqual([3, -3]);
  });

  it("are converted by cast, which truncates toward zero", async () => {
    expect(await cast(tensor([1.9, -1.9]), "i32").toArray()).toEqual([1, -1]);
    const x = zeros([1]);
    expect(cast(x, "f32")).toBe(x);
  });

  it.each([
    ["mean: the input is i32, expected f32 or f16; use cast().", () => mean(int(1))],
    [
      "matmul: input 1 is i32, expected f32 or f16; use cast().",
      () => matmul(int(1, 2).reshape([1, 2]), zeros([2, 1])),
    ],
    [
      "matmul: input 2 is i32, expected f32 or f16; use cast().",
      () => matmul(zeros([1, 2]), int(1, 2).reshape([2, 1])),
    ],
    ["embedding: input 2 is f32, expected i32; use cast().", () => embedding(zeros([2, 2]), zeros([1]))],
    [
      "dropout: the input is i32, expected f32 or f16; use cast().",
      () => dropout(int(1), 0.5, new Generator(1)),
    ],
  ])("refuse: %s", (message, wrong) => {
    expect(wrong).toThrow(new DTypeError(message));
  });
});

/** What two dtypes become when they meet; undefined: they do not. The order of rows and columns is that of `names`. */
const names = ["bool", "u32", "i32", "f16", "f32"] as const;
const PROMOTED = [
  ["bool", "u32", "i32", "f16", "f32"],
  ["u32", "u32", undefined, "f16", "f32"],
  ["i32", undefined, "i32", "f16", "f32"],
  ["f16", "f16", "f16", "f16", "f32"],
  ["f32", "f32", "f32", "f32", "f32"],
] as const;

describe("promotion", () => {
  const pairs = names.flatMap((a, i) => names.map((b, j) => [a, b, PROMOTED[i]?.[j]] as const));

  it.each(pairs)("%s and %s become %s", async (a, b, common) => {
    const half = (await open()).gpu.features.has("shader-f16");
    if (!half && [a, b].includes("f16")) return; // no tensor of f16 can be made on this adapter
    const run = () => maximum(zeros([1], { dtype: a }), ones([1], { dtype: b }));
    if (common === undefined) {
      expect(run).toThrow(
        new DTypeError(`maximum: ${a} and ${b} have no common dtype; use cast() on one of them.`),
      );
    } else {
      expect(run().dtype).toBe(common);
      expect(await run().item()).toBe(1);
    }
  });

  it("of a number keeps the tensor's dtype where that holds the number", async () => {
    expect(int(3).mul(2).dtype).toBe("i32");
    expect(int(3).mul(0.5).dtype).toBe("f32");
    expect(await int(3).mul(0.5).item()).toBe(1.5);
    expect(tensor([true]).mul(2).dtype).toBe("i32");
    expect(tensor([true]).mul(true).dtype).toBe("bool");
    expect(zeros([1]).add(1).dtype).toBe("f32");
    expect(() => int(1).add(2 ** 40)).toThrow(
      new DTypeError('add: 1099511627776 is not a number of dtype i32; use "f32".'),
    );
  });
});

describe("random numbers", () => {
  it("of one generator differ from tensor to tensor, and a dropout of 0 draws none", async () => {
    const generator = new Generator(4);
    const x = uniform([4], { generator });
    const { state } = generator;
    expect(dropout(x, 0, generator)).toBe(x);
    expect(generator.state).toEqual(state);
    const masks = [1, 2].map(() => dropout(full([64], 1), 0.5, generator).data());
    const [first, second] = await Promise.all(masks);
    expect(first).not.toEqual(second);
  });

  it("differ for every word of a seed", async () => {
    const first = (seed: number) => uniform([1], { generator: new Generator(seed) }).item();
    const drawn = await Promise.all([0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map(first));
    expect(new Set(drawn).size).toBe(5);
  });
});
