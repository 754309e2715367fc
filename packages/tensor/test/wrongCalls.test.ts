// What TypeScript refuses and JavaScript lets pass: one clear line, never a riddle or a silent wrong answer.
import { format, inspect } from "node:util";
import { parseKernel } from "@weft/kernels";
import * as weft from "@weft/tensor";
import { ones, open, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const { gruCell, lstmCell } = weft;
const as = <T>(value: unknown): T => value as T;
/** An argument that is left out. */
const none = [] as unknown as [Tensor];

const cases: readonly (readonly [message: string, wrong: () => unknown])[] = [
  ['sum: there is no option "dim"; use axis, keepDim.', () => weft.sum(ones([2]), as({ dim: 0 }))],
  [
    'sort: there is no option "descend"; use axis, descending.',
    () => weft.sort(ones([2]), as({ descend: true })),
  ],
  [
    'zeros: there is no option "requires_grad"; use dtype, device, requiresGrad.',
    () => zeros([2], as({ requires_grad: true })),
  ],
  [
    'crossEntropy: there is no option "ignore_index"; use reduction, ignoreIndex, weight, labelSmoothing.',
    () => weft.crossEntropy(ones([1, 2]), tensor([0], { dtype: "i32" }), as({ ignore_index: 0 })),
  ],
  [
    'mse: the options are "sum"; use an object, { reduction: … }.',
    () => weft.mse(ones([2]), ones([2]), as("sum")),
  ],
  [
    'binaryCrossEntropy: the options are "Tensor f32 (2)"; use an object, { reduction: … }.',
    () => weft.binaryCrossEntropy(ones([2]), ones([2]), as(ones([2]))),
  ],
  [
    'div: there is no option "rounding"; use roundingMode.',
    () => weft.div(ones([2]), 2, as({ rounding: "floor" })),
  ],
  [
    'variance: there is no option "unbiased"; use axis, keepDim, correction.',
    () => ones([2]).var(as({ unbiased: false })),
  ],
  ["gelu: the options are 0; use an object, { approximate: … }.", () => [ones([2])].map(weft.gelu as never)],
  [
    "multinomial: generator is 7; use new Generator(seed).",
    () => weft.multinomial(ones([2]), 1, { generator: as(7) }),
  ],
  ['arange: the options are "i32"; use an object, { dtype: … }.', () => weft.arange(3, as("i32"))],
  [
    'linspace: a tensor of dtype i32 has no gradient; use "f32" with requiresGrad.',
    () => weft.linspace(0, 2, 3, { dtype: "i32", requiresGrad: true }),
  ],
  ['flip: axis is {"axis":0}; use a whole number.', () => weft.flip(ones([2]), as({ axis: 0 }))],
  ['squeeze: axis is "0"; use a whole number.', () => weft.squeeze(ones([1]), as("0"))],
  ["sum: axis is null; use a whole number.", () => weft.sum(ones([2]), { axis: as(null) })],
  [
    'requiresGrad: a tensor of dtype i32 has no gradient; use cast(x, "f32").',
    () => {
      tensor([1], { dtype: "i32" }).requiresGrad = true;
    },
  ],
  ["zeros: shape is 3; use [3].", () => zeros(as(3))],
  ["ones: shape is undefined; use an array of numbers.", () => ones(as(undefined))],
  [
    "zeros: there is no dtype float32; use f32, f16, i32, u32, bool.",
    () => zeros([2], { dtype: as("float32") }),
  ],
  [
    "tensor: there is no dtype int32; use f32, f16, i32, u32, bool.",
    () => tensor([1], { dtype: as("int32") }),
  ],
  ["reshape: shape is 6; use [6].", () => ones([2, 3]).reshape(as(6))],
  ["permute: axes is 1; use [1].", () => ones([2, 3]).permute(as(1))],
  ["expand: shape is 2; use [2].", () => ones([1]).expand(as(2))],
  ["repeat: times is 2; use [2].", () => ones([1]).repeat(as(2))],
  ["relu: input 1 is 1,2, not a tensor; use tensor().", () => weft.relu(as([1, 2]))],
  [
    "clamp: the bounds are [object Object] and Infinity; use numbers.",
    () => weft.clamp(ones([1]), as({ min: 2 })),
  ],
  [
    'conv2d: bias is {"padding":1}, not a tensor; pass undefined where there is none.',
    () => weft.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]), as({ padding: 1 })),
  ],
  ["sum: the options are 0; use an object, { axis: … }.", () => weft.sum(ones([2]), as(0))],
  ["sort: the options are 0; use an object, { axis: … }.", () => weft.sort(ones([2]), as(0))],
  ["argsort: the options are 0; use an object, { axis: … }.", () => weft.argsort(ones([2]), as(0))],
  ["topK: the options are 0; use an object, { axis: … }.", () => weft.topK(ones([2]), 1, as(0))],
  ["cumsum: the options are 0; use an object, { axis: … }.", () => weft.cumsum(ones([2]), as(0))],
  ["cumprod: the options are 1; use an object, { axis: … }.", () => weft.cumprod(ones([2]), as(1))],
  ['softmax: axis is {"axis":0}; use a whole number.', () => weft.softmax(ones([2]), as({ axis: 0 }))],
  [
    'dropout: generator is {"generator":{}}; use new Generator(seed).',
    () => weft.dropout(ones([2]), 0.5, as({ generator: new weft.Generator(1) })),
  ],
  ["clone: input 1 is 2, not a tensor; use tensor().", () => weft.clone(as(2))],
  ["square: input 1 is undefined, not a tensor; use tensor().", () => weft.square(as(undefined))],
  ["matmul: input 2 is 2, not a tensor; use tensor().", () => weft.matmul(ones([2, 2]), as(2))],
  ["gruCell: input 3 is 5, not a tensor; use tensor().", () => gruCell(ones([1, 3]), ones([1, 3]), as(5))],
  [
    "gruCell: input 3 is 1,2, not a tensor; use tensor().",
    () => gruCell(ones([1, 3]), ones([1, 3]), as([1, 2])),
  ],
  [
    "gruCell: the state is undefined, not a tensor; use tensor().",
    () => gruCell(ones([1, 3]), ones([1, 3]), ...none),
  ],
  ["lstmCell: the state is undefined, not a tensor; use tensor().", () => lstmCell(ones([1, 4]), ...none)],
  ["cat: the parts are Tensor f32 (2); use an array, [x, y].", () => weft.cat(as(ones([2])))],
  ["stack: part 2 is 1, not a tensor; use tensor().", () => weft.stack([ones([2]), as(1)])],
  ["einsum: operand 1 is 1, not a tensor; use tensor().", () => weft.einsum("i->", as(1))],
  ['einsum: the equation is Tensor f32 (2); use a string, "ij,jk->ik".', () => weft.einsum(as(ones([2])))],
  ["scope: the body is undefined; use a function, () => ….", () => weft.scope(as(undefined))],
  ["noGrad: the body is 3; use a function, () => ….", () => weft.withRecording(false, as(3))],
  [
    "grad: 0 is no gradient; use a tensor, or undefined for none.",
    () => {
      ones([2]).grad = as(0);
    },
  ],
  ["tensor: expected numbers or arrays of numbers, got null.", () => tensor([1, as(null)])],
  ["lstmCell: input 2 is null, not a tensor; use tensor().", () => lstmCell(ones([1, 4]), as(null))],
  [
    "add: an operand is undefined, neither a tensor nor a number; use tensor().",
    () => weft.add(ones([2]), as(undefined)),
  ],
  ["view: a layout has shape, strides and offset; use reshape().", () => ones([2]).view(as([2, 1]))],
  [
    "lerp: shapes (2) and (3) do not broadcast: axis -1 is 2 and 3; they must be equal or one of them 1.",
    () => weft.lerp(ones([2]), ones([3]), 0.5),
  ],
  [
    "addcmul: shapes (2) and (3) do not broadcast: axis -1 is 2 and 3; they must be equal or one of them 1.",
    () => weft.addcmul(ones([2]), ones([2]), ones([3])),
  ],
  ["maskedFill: input 2 is f32, expected bool; use cast().", () => weft.maskedFill(ones([2]), ones([2]), 0)],
];

/** Calls an op of this shape. */
const withShape = (shape: unknown) => () =>
  weft.defineOp({ name: "mine", shape: () => as(shape), forward() {} })(ones([2]));

const definitions: readonly (readonly [message: string, wrong: () => unknown])[] = [
  ["mine: shape (-2) holds -2; every length must be a whole number ≥ 0.", withShape([-2])],
  ["mine: shape (2.5) holds 2.5; every length must be a whole number ≥ 0.", withShape([2.5])],
  ["mine: shape is undefined; use an array of numbers.", withShape(undefined)],
  ["mine: shape is 4; use [4].", withShape(4)],
  [
    "mine: shape (-1) holds -1; every length must be a whole number ≥ 0.",
    () => weft.defineMultiOp({ name: "mine", shapes: () => [[2], [-1]], forward() {} })(ones([2])),
  ],
  [
    "mine: the shapes are undefined; use an array of shapes.",
    () => weft.defineMultiOp({ name: "mine", shapes: () => as(undefined), forward() {} })(ones([2])),
  ],
  [
    'defineOp: mine: there is no option "backwards"; use name, accepts, reads, backward, composed, shape, dtype, forward.',
    () => weft.defineOp(as<never>({ name: "mine", shape: () => [], forward() {}, backwards: () => [] })),
  ],
  [
    'defineMultiOp: mine: there is no option "shape"; use',
    () => weft.defineMultiOp(as<never>({ name: "mine", shape: () => [], forward() {} })),
  ],
  [
    'defineView: mine: there is no option "layout"; use',
    () => weft.defineView(as<never>({ name: "mine", layout: () => [] })),
  ],
];

/** The functions whose first argument is no tensor: they make one, join some, or are no ops. */
const OTHERS: ReadonlySet<string> = new Set(
  (
    "apply arange bernoulli bytesPerElement callerLine cat checkFunction checkOptions checkTensor currentDevice " +
    "defineMultiOp defineOp defineView einsum eye fromHalf full isRecording keep keepWith launch linspace memory nextOrder normal " +
    "ones open packStructs rand randint randn randperm redraw scope stack strided tensor toHalf tuneRecurrent uniform " +
    "withDraws withRecording withWatcher zeros"
  ).split(" "),
);
const isClass = (value: unknown) => /^class\b/.test(String(value));
const tensorFirst = Object.entries(weft)
  .filter(([name, value]) => typeof value === "function" && !isClass(value) && !OTHERS.has(name))
  .map(([name, value]) => [name, value as (x: unknown) => unknown] as const);

describe("a wrong call", () => {
  it.each(cases)("says: %s", (message, wrong) => {
    expect(wrong).toThrow(message);
    expect(wrong).toThrow(/^[^\n]*$/);
  });

  it.each(definitions)("to define an op says: %s", (message, wrong) => {
    expect(wrong).toThrow(message);
  });

  it.each(tensorFirst)("of %s without a tensor says so", async (name, call) => {
    const missing = new RegExp(
      `^${name}: .* (not a tensor|neither a tensor nor a number); use tensor\\(\\)\\.$`,
    );
    for (const given of [undefined, null, 3, [1, 2], new Float32Array(2)])
      await expect((async () => call(given))()).rejects.toThrow(missing);
  });

  it("is none where map() passes more than an op of one tensor takes", async () => {
    const [x, y] = [tensor([-1, 2]), tensor([3, -4])].map(weft.relu) as [Tensor, Tensor];
    expect([await x.toArray(), await y.toArray()]).toEqual([
      [0, 2],
      [3, 0],
    ]);
  });

  it.each<[string, (a: never, b: never) => unknown]>([
    ["a > b", (a, b) => a > b],
    ["a + b", (a, b) => (a as number) + (b as number)],
    // biome-ignore lint/style/useTemplate: a template is no operator
    ['"a: " + a', (a) => "a: " + (a as string)],
    ["-a", (a) => -(a as number)],
    // biome-ignore lint/suspicious/noDoubleEquals: that is the question
    ["a == 1", (a) => (a as number) == 1],
    ["Math.max(a, b)", (a, b) => Math.max(a, b)],
  ])("of an operator, %s, is no silent comparison of texts", (_, compute) => {
    expect(() => compute(ones([2]) as never, ones([2]) as never)).toThrow(
      new TypeError(
        "Tensor f32 (2): an operator does not see its numbers, which are on the GPU; use add(a, b), gt(a, b), …, or await x.item().",
      ),
    );
  });

  it("is none where a text of a tensor is asked for", () => {
    const x = ones([2]);
    const text = "Tensor f32 (2)";
    expect([String(x), `${x}`, [x].join(), format("%s", x)]).toEqual([text, text, text, text]);
    expect([inspect([x]), format(x)]).toEqual([`[ ${text} ]`, text]);
    expect(() => expect(x).toBe(ones([2]))).toThrow(/toBe/); // what vitest shows
    expect(() => expect([x]).toEqual([ones([3])])).toThrow(/toEqual|deeply equal/);
    expect(new Set([x]).has(x) && x === x.reshape([2])).toBe(true);
  });

  it("of a kernel that reads another type is refused by launch()", () => {
    const wgsl = [
      "@group(0) @binding(1) var<storage, read> x: array<f32>;",
      "@group(0) @binding(2) var<storage, read_write> out: array<f32>;",
    ].join("\n");
    const run = (x: Tensor, out: Tensor) =>
      weft.launch(parseKernel("twice", wgsl), { x, out }, {}, { workgroups: [1, 1, 1] });
    expect(() => run(tensor([1], { dtype: "i32" }), zeros([1]))).toThrow(
      "twice: x is i32 and the kernel reads f32; use cast(), or set the kernel's alias to i32.",
    );
    expect(() => run(zeros([1]), tensor([true]))).toThrow(
      "twice: out is bool and the kernel reads f32; use cast(), or set the kernel's alias to u32.",
    );
  });
});
