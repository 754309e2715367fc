import * as weft from "@weft/tensor";
import {
  arange,
  assign,
  cast,
  clone,
  full,
  open,
  reshape,
  slice,
  type Tensor,
  tensor,
  unfold,
  zeros,
} from "@weft/tensor";
import { describe, expect, it } from "vitest";

const device = await open();
const hasHalf = device.gpu.features.has("shader-f16");

const cube = () => reshape(arange(24), [2, 3, 4]);

const VIEWS: readonly (readonly [name: string, make: (x: Tensor) => Tensor])[] = [
  ["detach", (x) => x.detach()],
  ["contiguous of a row-major tensor", (x) => x.contiguous()],
  ["reshape", (x) => x.reshape([6, 4])],
  ["reshape of a transposed view that splits an axis", (x) => x.transpose().reshape([2, 2, 2, 3])],
  ["reshape of a slice that leaves its axis alone", (x) => x.slice(2, 1, 3).reshape([6, 2])],
  ["reshape of an expanded view", (x) => x.reshape([1, 24]).expand([3, 24]).reshape([3, 4, 6])],
  ["flatten", (x) => x.flatten(1)],
  ["squeeze", (x) => x.unsqueeze(0).squeeze()],
  ["unsqueeze", (x) => x.unsqueeze(-1)],
  ["transpose", (x) => x.transpose()],
  ["permute", (x) => x.permute([2, 0, 1])],
  ["expand", (x) => x.unsqueeze(0).expand([5, -1, -1, -1])],
  ["slice", (x) => x.slice(1, 1)],
  ["slice with a step", (x) => x.slice(2, 0, 4, 2)],
  ["select", (x) => x.select(0, 1)],
  ["narrow", (x) => x.narrow(2, 1, 2)],
  ["split", (x) => x.split(2, 1)[1] as Tensor],
  ["chunk", (x) => x.chunk(2)[1] as Tensor],
  ["unbind", (x) => x.unbind(2)[3] as Tensor],
  ["diagonal", (x) => x.diagonal({ axis0: 1, axis1: 2 })],
  ["unfold", (x) => x.unfold(2, 2)],
];

const COPIES: readonly (readonly [name: string, make: (x: Tensor) => Tensor])[] = [
  ["clone", (x) => x.clone()],
  ["contiguous of a strided view", (x) => x.transpose().contiguous()],
  ["reshape of a transposed view that joins axes", (x) => x.transpose().reshape([24])],
  ["slice with a negative step", (x) => x.slice(0, undefined, undefined, -1)],
  ["flip of nothing", (x) => x.flip([])],
  ["roll by nothing", (x) => x.roll(0, 0)],
  ["repeat once", (x) => x.repeat([1, 1, 1])],
  ["tile by nothing", (x) => x.tile([])],
  ["pad by nothing", (x) => weft.pad(x, [0, 0])],
  ["pad by nothing, mirrored", (x) => weft.pad(x, [0, 0], { mode: "reflect" })],
  ["pad by less than nothing", (x) => weft.pad(x, [-1, 0], { mode: "replicate" })],
  ["tril of everything", (x) => x.tril({ diagonal: 9 })],
  ["cat of one", (x) => weft.cat([x])],
  ["stack of one", (x) => weft.stack([x])],
];

describe("shares the storage of its input, as in PyTorch:", () => {
  it.each(VIEWS)("%s", async (_, make) => {
    const x = cube();
    const view = make(x);
    expect(view.storage).toBe(x.storage);
    assign(x, full([2, 3, 4], 7));
    expect(new Set(await view.data())).toEqual(new Set([7]));
  });
});

describe("has a storage of its own, as in PyTorch:", () => {
  it.each(COPIES)("%s", async (_, make) => {
    const x = cube();
    const copy = make(x);
    expect(copy.storage).not.toBe(x.storage);
    const before = await copy.data();
    assign(x, full([2, 3, 4], 7));
    expect(await copy.data()).toEqual(before);
  });
});

describe("assign", () => {
  it("writes through steps, a diagonal and windows that do not meet", async () => {
    const x = zeros([3, 3]);
    assign(x.diagonal(), tensor([1, 2, 3]));
    assign(x.slice(1, 0, 3, 2).slice(0, 0, 3, 2).diagonal({ offset: 1 }), tensor([9]));
    expect(await x.toArray()).toEqual([
      [1, 0, 9],
      [0, 2, 0],
      [0, 0, 3],
    ]);
    const y = zeros([8]);
    // Windows of 0 2 4 and 3 5 7 lie in each other's gaps.
    assign(unfold(y, 0, 3, 3, { dilation: 2 }), reshape(arange(1, 7), [2, 3]));
    expect(await y.toArray()).toEqual([1, 0, 2, 4, 3, 5, 0, 6]);
  });
});

describe("joining", () => {
  it("promotes dtypes by the table", async () => {
    const parts = [tensor([true]), tensor(new Int32Array([2])), tensor([0.5])] as const;
    expect(weft.cat(parts.slice(0, 1)).dtype).toBe("bool");
    expect(weft.cat(parts.slice(0, 2)).dtype).toBe("i32");
    expect(weft.stack(parts).dtype).toBe("f32");
    expect(await weft.cat(parts).toArray()).toEqual([1, 2, 0.5]);
    // An empty part has a dtype too.
    expect(weft.cat([zeros([0]), tensor(new Int32Array([2]))]).dtype).toBe("f32");
  });
});

describe.skipIf(!hasHalf)("f16, two elements to a word,", () => {
  const halves = () => cast(arange(11), "f16");

  it("is copied from and to odd places, in odd lengths, without touching its neighbours", async () => {
    for (const [from, to, length] of [
      [0, 1, 4],
      [1, 0, 4],
      [1, 1, 3],
      [3, 5, 5],
      [2, 4, 3],
      [0, 0, 1],
    ] as const) {
      const target = full([11], -1, { dtype: "f16" });
      assign(slice(target, 0, to, to + length), slice(halves(), 0, from, from + length));
      const expected = new Array<number>(11).fill(-1);
      for (let i = 0; i < length; i++) expected[to + i] = from + i;
      expect(await target.toArray()).toEqual(expected);
    }
  });

  it("is joined, padded and cloned in odd lengths", async () => {
    const odd = slice(halves(), 0, 1, 4);
    expect(await clone(odd).toArray()).toEqual([1, 2, 3]);
    expect(await weft.cat([odd, odd, slice(halves(), 0, 0, 1)]).toArray()).toEqual([1, 2, 3, 1, 2, 3, 0]);
    expect(await weft.pad(odd, [1, 1], { value: 0.5 }).toArray()).toEqual([0.5, 1, 2, 3, 0.5]);
    expect(await weft.flip(odd, 0).toArray()).toEqual([3, 2, 1]);
  });
});
