import {
  add,
  arange,
  assign,
  DTypeError,
  open,
  ShapeError,
  slice,
  tensor,
  transpose,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("assign", () => {
  it("overwrites in place, seen through every view, and returns the target", async () => {
    const x = zeros([2, 2]);
    const view = x.reshape([4]);
    expect(assign(x, arange(4).reshape([2, 2]))).toBe(x);
    expect(await view.toArray()).toEqual([0, 1, 2, 3]);
  });

  it("comes after what was encoded before it", async () => {
    const x = tensor([1, 2]);
    const before = add(x, 10);
    assign(x, tensor([5, 6]));
    expect(await before.toArray()).toEqual([11, 12]);
    expect(await add(x, 10).toArray()).toEqual([15, 16]);
  });

  it("changes nothing when a tensor is assigned to itself", async () => {
    const x = tensor([1, 2, 3]);
    expect(await assign(x, x).toArray()).toEqual([1, 2, 3]);
    expect(await assign(x, x.detach()).toArray()).toEqual([1, 2, 3]);
  });

  it("moves overlapping parts of one tensor as if they were copied first", async () => {
    const x = arange(6);
    assign(slice(x, 0, 1, 6), slice(x, 0, 0, 5));
    expect(await x.toArray()).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it("writes through a transposed view, and only the part that a view shows", async () => {
    const x = zeros([2, 3]);
    assign(
      slice(transpose(x), 0, 1, 3),
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(await x.toArray()).toEqual([
      [0, 1, 3],
      [0, 2, 4],
    ]);
  });

  it("takes integers", async () => {
    const x = zeros([2], { dtype: "i32" });
    expect(await assign(x, tensor([-1, 7], { dtype: "i32" })).toArray()).toEqual([-1, 7]);
  });

  it("refuses other shapes and dtypes", () => {
    expect(() => assign(zeros([2]), zeros([1]))).toThrow(
      new ShapeError("assign: the target is (2) and the source (1); reshape() one."),
    );
    expect(() => assign(zeros([2]), zeros([2], { dtype: "u32" }))).toThrow(
      new DTypeError("assign: the target is f32 and the source u32; use cast()."),
    );
  });
});
