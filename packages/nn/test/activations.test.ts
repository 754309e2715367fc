import * as nn from "@weft/nn";
import * as weft from "@weft/tensor";
import { Generator, open, randn, type Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const layers: [make: () => nn.Layer, same: (x: Tensor) => Tensor][] = [
  [() => new nn.ReLU(), weft.relu],
  [() => new nn.LeakyReLU(), weft.leakyRelu],
  [() => new nn.LeakyReLU({ negativeSlope: 0.3 }), (x) => weft.leakyRelu(x, { negativeSlope: 0.3 })],
  [() => new nn.ELU(), weft.elu],
  [() => new nn.ELU({ alpha: 2 }), (x) => weft.elu(x, { alpha: 2 })],
  [() => new nn.GELU(), weft.gelu],
  [() => new nn.GELU({ approximate: "tanh" }), (x) => weft.gelu(x, { approximate: "tanh" })],
  [() => new nn.SiLU(), weft.silu],
  [() => new nn.Softplus(), weft.softplus],
  [() => new nn.Softplus({ beta: 3 }), (x) => weft.softplus(x, { beta: 3 })],
  [() => new nn.Tanh(), weft.tanh],
  [() => new nn.Sigmoid(), weft.sigmoid],
  [() => new nn.LogSigmoid(), weft.logSigmoid],
  [() => new nn.Softmax(), weft.softmax],
  [() => new nn.Softmax(0), (x) => weft.softmax(x, 0)],
  [() => new nn.LogSoftmax(), weft.logSoftmax],
  [() => new nn.LogSoftmax(-2), (x) => weft.logSoftmax(x, 0)],
  [() => new nn.Identity(), (x) => x],
];

describe("activations as layers", () => {
  it.each(layers)("%s does what its function does", async (make, same) => {
    const x = randn([3, 5], { generator: new Generator(5) });
    const layer = make();
    expect(await layer.forward(x).toArray()).toEqual(await same(x).toArray());
    expect(Object.keys(layer.stateDict())).toEqual([]);
  });

  it("are there for every activation of @weft/tensor", () => {
    const names = Object.keys(weft.Tensor.prototype).concat(
      Object.getOwnPropertyNames(weft.Tensor.prototype),
    );
    expect(names).toContain("relu"); // the ops are methods, too
    const classes = new Set(layers.map(([make]) => make().constructor.name.toLowerCase()));
    const activations = [
      "relu",
      "leakyRelu",
      "elu",
      "gelu",
      "silu",
      "softplus",
      "tanh",
      "sigmoid",
      "logSigmoid",
    ];
    for (const name of [...activations, "softmax", "logSoftmax"])
      expect(classes).toContain(name.toLowerCase());
  });

  it.each([
    [
      () => new nn.LeakyReLU(0.1 as never),
      "LeakyReLU: the options are 0.1; use an object, { negativeSlope: … }.",
    ],
    [() => new nn.ELU({ alpha: Number.NaN }), "ELU: alpha is NaN; use a finite number."],
    [
      () => new nn.GELU({ approximate: "erf" as "tanh" }),
      'GELU: approximate is "erf"; use "none" or "tanh".',
    ],
    [() => new nn.Softplus({ beta: 0 }), "Softplus: beta is 0; use a number > 0."],
    [() => new nn.Softmax({ axis: 1 } as never), 'Softmax: axis is {"axis":1}; use a whole number.'],
  ])("%s is refused", (make, message) => {
    expect(make).toThrow(message);
  });

  it("name their axis where the input has none", () => {
    expect(() => new nn.Softmax(2).forward(zeros([2, 3]))).toThrow(
      /there is no axis 2 in a tensor of rank 2/,
    );
  });
});

describe("Flatten and Unflatten", () => {
  it("undo each other", async () => {
    const x = randn([2, 3, 4, 5], { generator: new Generator(6) });
    const flat = new nn.Flatten().forward(x);
    expect(flat.shape).toEqual([2, 60]);
    const back = new nn.Unflatten(-1, [3, -1, 5]).forward(flat);
    expect(back.shape).toEqual([2, 3, 4, 5]);
    expect(await back.toArray()).toEqual(await x.toArray());
    expect(new nn.Flatten(0, 1).forward(x).shape).toEqual([6, 4, 5]);
    expect(new nn.Unflatten(0, [2, 1]).forward(x).shape).toEqual([2, 1, 3, 4, 5]);
  });

  it.each([
    [1, [2, 2]],
    [1, [-1, 4]],
    [2, [2]],
    [-3, [2]],
  ])("axis %s of (2, 3) as %s is refused", (axis, lengths) => {
    expect(() => new nn.Unflatten(axis, lengths).forward(zeros([2, 3]))).toThrow(
      `Unflatten: axis ${axis} of (2, 3) does not make (${lengths.join(", ")}); ` +
        "the product of the lengths must be that of the axis.",
    );
  });
});
