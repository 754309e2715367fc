import { backward } from "@weft/autograd";
import { parseKernel } from "@weft/kernels";
import {
  add,
  assign,
  cat,
  DTypeError,
  launch,
  memory,
  moveInto,
  open,
  reshape,
  ShapeError,
  scope,
  slice,
  square,
  strided,
  sum,
  type Tensor,
  tensor,
  transpose,
  WeftError,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

/** Two tensors that are neighbours in one buffer. */
function neighbours(): [a: Tensor, b: Tensor] {
  const [a, b] = [
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor([
      [5, 6],
      [7, 8],
    ]),
  ];
  const arena = zeros([128]);
  moveInto(arena, 0, a);
  moveInto(arena, 64, b);
  expect(a.storage.buffer).toBe(b.storage.buffer);
  return [a, b];
}

describe("moveInto", () => {
  it("leaves numbers, the Tensor and its views what they are, and shows them in the arena", async () => {
    const x = tensor([1, 2, 3]);
    const before = reshape(x, [3, 1]);
    const part = slice(x, 0, 1, 3);
    const arena = zeros([192]);
    moveInto(arena, 128, x);
    assign(x, tensor([4, 5, 6]));
    expect(await before.toArray()).toEqual([[4], [5], [6]]);
    expect(await part.toArray()).toEqual([5, 6]);
    expect(await add(transpose(before), 1).toArray()).toEqual([[5, 6, 7]]);
    expect(await slice(arena, 0, 127, 132).toArray()).toEqual([0, 4, 5, 6, 0]);
    assign(slice(arena, 0, 128, 129), tensor([9]));
    expect(await x.toArray()).toEqual([9, 5, 6]);
  });

  it("comes after what was encoded before it", async () => {
    const x = tensor([1]);
    const sums = add(x, 1);
    assign(x, tensor([2]));
    moveInto(zeros([64]), 0, x);
    expect([await sums.item(), await x.item()]).toEqual([2, 2]);
  });

  it("moves again, into another arena", async () => {
    const [x] = neighbours();
    moveInto(zeros([64]), 0, x);
    assign(x, add(x, 1));
    expect(await x.toArray()).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it("refuses a view, a place off the grid or outside, another dtype and a part as arena", () => {
    const x = zeros([2, 3]);
    expect(() => moveInto(zeros([64]), 0, transpose(x))).toThrow(
      new ShapeError(
        "moveInto: the tensor (3, 2) is a view of a part of another or lies transposed; use clone() for one of its own.",
      ),
    );
    expect(() => moveInto(zeros([64]), 0, slice(x, 0, 0, 1))).toThrow(ShapeError);
    const wrong = (offset: number) =>
      `moveInto: 6 elements do not fit at offset ${offset} of 128; parts begin at multiples of 64 elements and end inside.`;
    for (const offset of [-64, 4, 64.5, 128])
      expect(() => moveInto(zeros([128]), offset, x)).toThrow(new ShapeError(wrong(offset)));
    expect(() => moveInto(zeros([64], { dtype: "i32" }), 0, x)).toThrow(
      new DTypeError("moveInto: the tensor is f32 and the arena i32; use cast()."),
    );
    const own =
      "moveInto: tensors move into a tensor of their own, once each, and no arena moves; make another arena.";
    const [part] = neighbours();
    expect(() => moveInto(part, 0, zeros([1]))).toThrow(new WeftError(own));
    const arena = zeros([128]);
    moveInto(arena, 0, x);
    expect(() => moveInto(zeros([256]), 0, arena)).toThrow(new WeftError(own)); // its parts would stay behind
    expect(() => moveInto(arena, 64, x)).toThrow(new WeftError(own));
  });
});

describe("neighbours in an arena", () => {
  it("are assigned to each other, whole, by parts and transposed", async () => {
    const [a, b] = neighbours();
    assign(a, b);
    expect(await a.toArray()).toEqual([
      [5, 6],
      [7, 8],
    ]);
    assign(slice(a, 0, 0, 1), slice(b, 0, 1, 2));
    expect(await a.toArray()).toEqual([
      [7, 8],
      [7, 8],
    ]);
    assign(b, transpose(a));
    expect(await b.toArray()).toEqual([
      [7, 7],
      [8, 8],
    ]);
    assign(transpose(a), a);
    expect(await a.toArray()).toEqual([
      [7, 7],
      [8, 8],
    ]);
    expect(await cat([a, b]).toArray()).toEqual([
      [7, 7],
      [8, 8],
      [7, 7],
      [8, 8],
    ]);
  });

  const wgsl = `
    @group(0) @binding(1) var<storage, read> x: array<f32>;
    @group(0) @binding(2) var<storage, read_write> out: array<f32>;
    @compute @workgroup_size(4)
    fn main(@builtin(local_invocation_index) i: u32) { out[i] += 10 * x[i]; }`;
  const addTenfold = parseKernel("addTenfold", wgsl);
  const options = { workgroups: [1, 1, 1] } as const;

  it("are read and written by one kernel", async () => {
    const [a, b] = neighbours();
    launch(addTenfold, { x: b, out: a }, {}, options);
    expect(await a.toArray()).toEqual([
      [51, 62],
      [73, 84],
    ]);
    expect(await b.toArray()).toEqual([
      [5, 6],
      [7, 8],
    ]);
  });

  it("are refused where a kernel walks the strides of the one that it reads", () => {
    const [a, b] = neighbours();
    expect(() => launch(addTenfold, { x: strided(b), out: a }, {}, options)).toThrow(
      new ShapeError(
        "addTenfold: x is read from the buffer that the kernel writes to; give it a copy, made with clone().",
      ),
    );
  });

  it("count their writes each for itself", async () => {
    const [a, b] = neighbours();
    a.requiresGrad = true;
    const loss = sum(square(a));
    assign(b, zeros([2, 2]));
    backward(loss);
    expect(await a.grad?.toArray()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    const next = sum(square(a));
    assign(a, zeros([2, 2]));
    expect(() => backward(next)).toThrow("was changed in place after square used it");
  });

  it("hold the arena's memory until the last of them is freed", async () => {
    const device = await open();
    const before = device.memory();
    const arena = zeros([2 ** 20], { device });
    const [x, y] = [zeros([100], { device }), zeros([200], { device })];
    moveInto(arena, 0, x);
    moveInto(arena, 128, y);
    const bytes = 2 ** 22;
    expect(device.memory()).toMatchObject({ tensors: before.tensors + 3, bytes: before.bytes + bytes });
    arena.dispose();
    x.dispose();
    expect(device.memory()).toMatchObject({ tensors: before.tensors + 1, bytes: before.bytes + bytes });
    expect((await y.data())[199]).toBe(0);
    y.dispose();
    expect(device.memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    device.close();
  });

  it("are told apart in the memory's lines, which add up", async () => {
    const device = await open({ debug: true });
    const arena = zeros([1024], { device });
    const x = zeros([100], { device });
    moveInto(arena, 0, x);
    const { lines, bytes } = device.memory({ lines: true });
    expect(lines.map((line) => [line.what, line.bytes])).toEqual([
      ["f32 (1024)", 4096 - 512],
      ["f32 (100)", 512],
    ]);
    expect(bytes).toBe(4096);
    device.close();
  });
});

it("a scope frees what it moved into an arena of its own", () => {
  const before = memory();
  scope(() => {
    moveInto(zeros([64]), 0, zeros([3]));
  });
  expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
});
