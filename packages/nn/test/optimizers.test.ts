import "@weft/autograd";
import { Adagrad, Adam, AdamW, Lion, NAdam, type Optimizer, RMSprop, SGD } from "@weft/nn";
import { assign, open, ShapeError, square, sum, type Tensor, tensor, WeftError, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });
const withGrad = (x: Tensor, ...grad: number[]): Tensor => {
  x.grad = tensor(grad);
  return x;
};

/** Every optimizer with options that make it keep all it can. */
const kinds: readonly [name: string, make: (parameters: readonly Tensor[]) => Optimizer][] = [
  ["SGD", (p) => new SGD(p, { learningRate: 0.05, momentum: 0.9, dampening: 0.1 })],
  ["Adam", (p) => new Adam(p, { learningRate: 0.05, amsgrad: true, weightDecay: 0.1 })],
  ["AdamW", (p) => new AdamW(p, { learningRate: 0.05 })],
  ["RMSprop", (p) => new RMSprop(p, { learningRate: 0.01, centered: true, momentum: 0.5 })],
  ["Adagrad", (p) => new Adagrad(p, { learningRate: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.5 })],
  ["NAdam", (p) => new NAdam(p, { learningRate: 0.05 })],
  ["Lion", (p) => new Lion(p, { learningRate: 0.01, weightDecay: 0.1 })],
];

const start = () => [leaf(0.5, -1, 2), tensor([[1], [-2]], { requiresGrad: true })] as const;

/** Steps first to last of minimising a sum of squares, some without a gradient for the second parameter. */
function train(optimizer: Optimizer, [x, y]: readonly [Tensor, Tensor], first: number, last: number): void {
  for (let step = first; step <= last; step++) {
    const loss = sum(square(x.sub(0.3 * step)));
    (step % 3 === 0 ? loss : loss.add(sum(square(y.add(0.2 * step))))).backward();
    optimizer.step();
    optimizer.zeroGrad();
  }
}

const bits = async (tensors: Iterable<Tensor>): Promise<number[][]> =>
  Promise.all([...tensors].map(async (x) => [...new Uint32Array((await x.data()).slice().buffer)]));

describe.each(kinds)("%s", (name, make) => {
  it("goes on to the bit from a state that was saved, options included", async () => {
    const whole = start();
    const optimizer = make(whole);
    train(optimizer, whole, 1, 4);
    for (const group of optimizer.groups) group.learningRate *= 0.7;
    const saved = optimizer.stateDict();
    const weights = await Promise.all(whole.map((x) => x.data()));
    const groups = JSON.parse(JSON.stringify(saved.groups));
    train(optimizer, whole, 5, 9);

    const resumed = start();
    for (const [i, x] of resumed.entries()) {
      const values = tensor(weights[i] as Float32Array, { shape: x.shape });
      assign(x, values);
    }
    const next = make(resumed);
    next.loadStateDict({ state: saved.state, groups });
    train(next, resumed, 5, 9);
    expect(await bits(resumed)).toEqual(await bits(whole));
    const states = [optimizer, next].map((each) => each.stateDict());
    expect(await bits(Object.values(states[1]?.state ?? {}))).toEqual(
      await bits(Object.values(states[0]?.state ?? {})),
    );
    expect(states[1]?.groups).toEqual(states[0]?.groups);
  });

  it("skips a step with a gradient that is not finite as if there had been none, and counts it", async () => {
    const [calm, struck] = [start(), start()];
    const optimizers = [make(calm), make(struck)] as const;
    train(optimizers[0], calm, 1, 5);
    train(optimizers[1], struck, 1, 2);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      withGrad(struck[0], 1, 2, 3);
      struck[1].grad = tensor([[1], [bad]]);
      optimizers[1].step();
      expect(await optimizers[1].gradNorm.item()).toBeNaN();
      optimizers[1].zeroGrad();
    }
    train(optimizers[1], struck, 3, 5); // in step 3 the second has no gradient: that of before is not looked at
    expect(await bits(struck)).toEqual(await bits(calm));
    const [expected, got] = optimizers.map((each) => each.stateDict().state);
    expect(await bits(Object.values(got ?? {}))).toEqual(await bits(Object.values(expected ?? {})));
    expect(await got?.["1.step"]?.item()).toBe(4);
    expect(await Promise.all(optimizers.map((each) => each.skippedSteps()))).toEqual([0, 3]);
  });

  it("gives the same bits twice", async () => {
    const runs = await Promise.all(
      [0, 1].map(async () => {
        const parameters = start();
        train(make(parameters), parameters, 1, 6);
        return bits(parameters);
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0]).not.toEqual(await bits(start()));
  });

  it("names itself, refusing what cannot be trained", () => {
    const [x] = start();
    const refuse = (parameters: readonly unknown[], message: string) =>
      expect(() => make(parameters as Tensor[])).toThrow(new WeftError(`${name}: ${message}`));
    refuse(
      [],
      "there are no parameters; pass model.parameters(), in which a tensor that was computed is none: detach() it and set its requiresGrad.",
    );
    refuse([x, zeros([2])], "parameter 2 (2) has no requiresGrad; set it, or leave the parameter out.");
    refuse(
      [square(x)],
      "parameter 1 (3) is no leaf but the result of an op; give what it was computed from, or detach() it and set its requiresGrad.",
    );
    refuse([x, x], "parameter 2 (3) comes twice, or shares its memory with another; give each once.");
    const view = x.detach().slice(0, 0, 2);
    view.requiresGrad = true;
    refuse(
      [view],
      "parameter 1 (2) is a view of another tensor; make one of its own with clone().detach() and set requiresGrad.",
    );
  });
});

describe("an option that JavaScript sets and nothing reads", () => {
  it.each<[message: string, set: (optimizer: never) => void]>([
    [
      'SGD: there is no option "lr"; it is called learningRate.',
      (optimizer: { lr: number }) => {
        optimizer.lr = 0.1;
      },
    ],
    [
      'SGD: there is no option "lr"; it is called learningRate.',
      ({ groups }: { groups: [{ lr: number }] }) => {
        groups[0].lr = 0.1;
      },
    ],
    [
      "SGD: weightDecay is an option of groups; set optimizer.groups[0].weightDecay.",
      (optimizer: { weightDecay: number }) => {
        optimizer.weightDecay = 0.1;
      },
    ],
  ])("is refused by the next step: %s", async (message, set) => {
    const x = withGrad(leaf(1), 1);
    const optimizer = new SGD([x], { learningRate: 1 });
    set(optimizer as never);
    expect(() => optimizer.step()).toThrow(new TypeError(message));
    optimizer.zeroGrad();
    expect(() => optimizer.step(), "without a gradient").toThrow(new TypeError(message));
    expect(await x.item()).toBe(1);
  });
});

describe("options", () => {
  const x = () => leaf(1);
  it.each([
    [() => new SGD([x()], { lr: 1 } as never), 'SGD: there is no option "lr"; it is called learningRate.'],
    [
      () => new Lion([x()], { eps: 1 } as never),
      'Lion: there is no option "eps"; use learningRate, betas, weightDecay, maximize, clipNorm, clipValue.',
    ],
    [
      () => new SGD([{ params: [x()], clipNorm: 1 } as never]),
      'SGD: groups[0]: there is no option "clipNorm"; use params, learningRate, momentum, dampening, weightDecay, nesterov, maximize.',
    ],
    [
      () => new SGD([{ params: x() } as never]),
      "SGD: groups[0]: params is no list of tensors; use { params: model.parameters() }.",
    ],
    [
      () => new SGD(x() as never),
      "SGD: the parameters are Tensor f32 (1), no list of tensors; pass [x] for a single tensor.",
    ],
    [
      () => new Adam([x()], { clipNorm: 0 }),
      "Adam: clipNorm is 0; use a number > 0, or leave it out for no limit.",
    ],
    [
      () => new Adam([x()], { clipValue: -1 }),
      "Adam: clipValue is -1; use a number > 0, or leave it out for no limit.",
    ],
    [() => new Adam([x()], { betas: 0.9 } as never), "Adam: betas is 0.9; use two numbers in [0, 1)."],
    [() => new NAdam([x()], { betas: [0.9, 1] }), "NAdam: betas[1] is 1; use a number in [0, 1)."],
    [() => new Adam([x()], { amsgrad: 1 } as never), "Adam: amsgrad is 1; use true or false."],
    [() => new SGD([x()], { dampening: Number.NaN }), "SGD: dampening is NaN; use a finite number."],
    [
      () => new SGD([x()], { nesterov: true }),
      "SGD: nesterov with momentum 0 and dampening 0; it needs momentum > 0 and dampening 0.",
    ],
    [
      () => new Adam([{ params: [x()] }, { params: [x()], weightDecay: -1 }]),
      "Adam: groups[1]: weightDecay is -1; use a number ≥ 0.",
    ],
  ])("%s", (make, message) => {
    expect(make).toThrow(message);
  });

  it("are a TypeError where a switch is none, and a RangeError where a value is out of range", () => {
    expect(() => new SGD([x()], { maximize: null } as never)).toThrow(
      new TypeError("SGD: maximize is null; use true or false."),
    );
    expect(() => new SGD([x()], { momentum: null } as never)).toThrow(
      new RangeError("SGD: momentum is null; use a number ≥ 0."),
    );
    // What is undefined was not said.
    expect(new SGD([x()], { learningRate: undefined } as never).learningRate).toBe(
      new SGD([x()]).learningRate,
    );
  });

  it("may be changed between steps, and are refused then too", async () => {
    const parameters = [withGrad(leaf(1), 1), withGrad(leaf(1), 1)] as const;
    const optimizer = new SGD(
      [{ params: [parameters[0]] }, { params: [parameters[1]], learningRate: 0.25 }],
      {
        learningRate: 0.5,
      },
    );
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual([0.5, 0.25]);
    const [first, second] = optimizer.groups as [
      (typeof optimizer.groups)[number],
      (typeof optimizer.groups)[number],
    ];
    second.learningRate = 1;
    first.weightDecay = 1;
    optimizer.step();
    expect(await Promise.all(parameters.map((x) => x.item()))).toEqual([0, 0]);
    second.learningRate = Number.NaN;
    expect(() => optimizer.step()).toThrow("SGD: groups[1]: learningRate is NaN; use a number ≥ 0.");
    second.learningRate = 1;
    second.momentum = 0.9;
    expect(() => optimizer.step()).toThrow(
      "SGD: groups[1]: its options now need momentum_buffer, which is not kept; set them when the optimizer is made.",
    );
  });

  it("have one learning rate where all groups have the same", () => {
    const optimizer = new SGD([{ params: [x()] }, { params: [x()] }], { learningRate: 0.5 });
    optimizer.learningRate = 0.25;
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual([0.25, 0.25]);
    (optimizer.groups[1] as (typeof optimizer.groups)[number]).learningRate = 1;
    const message = "SGD: the groups have different learning rates; use groups[i].learningRate.";
    expect(() => optimizer.learningRate).toThrow(new WeftError(message));
    expect(() => {
      optimizer.learningRate = 2;
    }).toThrow(new WeftError(message));
  });
});

describe("clipping in the step", () => {
  it("scales all gradients together, tells the norm from before, and leaves small ones alone", async () => {
    const [x, y] = [withGrad(leaf(0), 3), withGrad(leaf(0), 4)];
    const optimizer = new SGD([x, y], { learningRate: 1, clipNorm: 1 });
    expect(await optimizer.gradNorm.item()).toBe(0);
    optimizer.step();
    expect(await optimizer.gradNorm.item()).toBeCloseTo(5, 6);
    expect([await x.item(), await y.item()]).toEqual([expect.closeTo(-0.6, 6), expect.closeTo(-0.8, 6)]);
    expect([await x.grad?.item(), await y.grad?.item()]).toEqual([3, 4]);
    optimizer.clipNorm = 6;
    optimizer.step();
    expect(await x.item()).toBeCloseTo(-3.6, 6);
    optimizer.clipNorm = undefined;
    optimizer.clipValue = 2;
    optimizer.step();
    expect(await x.item()).toBeCloseTo(-5.6, 6);
    expect(await optimizer.gradNorm.item()).toBeCloseTo(Math.sqrt(8), 6);
  });

  it("takes no gradient into the norm that is not there", async () => {
    const [x, y] = [withGrad(leaf(0), 3), withGrad(leaf(0), 4)];
    const optimizer = new SGD([x, y]);
    optimizer.step();
    y.grad = undefined;
    optimizer.step();
    expect(await optimizer.gradNorm.item()).toBe(3);
  });

  it("counts a norm as not finite whose square overflows f32", async () => {
    const x = withGrad(leaf(1), 1e20);
    const optimizer = new SGD([x], { clipNorm: 1 });
    optimizer.step();
    expect([await x.item(), await optimizer.skippedSteps()]).toEqual([1, 1]);
  });
});

describe("bias correction", () => {
  const steps = [1, 2, 3, 10, 100, 1000, 1e4, 1e6, 2 ** 24 - 1];
  it.each([0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.999999])(
    "is exact to 1e-6 for a decay of %d",
    async (beta) => {
      for (const t of steps) {
        // m and v stay 1, so a step is 1 / (1 − βᵗ) for β₁ = β and √(1 − βᵗ) for β₂ = β.
        const results = await Promise.all(
          (
            [
              [beta, 0],
              [0, beta],
            ] as const
          ).map(async (betas) => {
            const x = withGrad(leaf(0), 1);
            const optimizer = new Adam([x], { learningRate: 1, betas, eps: 0 });
            const ones = { "0.exp_avg": tensor([1]), "0.exp_avg_sq": tensor([1]) };
            const { groups } = optimizer.stateDict();
            optimizer.loadStateDict({ state: { ...ones, "0.step": tensor(t - 1) }, groups });
            optimizer.step();
            return -(await x.item());
          }),
        );
        const exact = -Math.expm1(t * Math.log(beta));
        for (const [i, expected] of [1 / exact, Math.sqrt(exact)].entries()) {
          expect(Math.abs((results[i] as number) / expected - 1), `β ${beta}, t ${t}`).toBeLessThan(1e-6);
        }
      }
    },
  );
});

describe("loadStateDict", () => {
  it.each<[message: string, from: typeof SGD | typeof Adam | typeof RMSprop, to: typeof SGD | typeof Adam]>([
    [
      "Adam: loadStateDict: groups[0] lacks betas, eps, amsgrad, decoupledWeightDecay and has momentum, dampening, nesterov",
      SGD,
      Adam,
    ],
    ["SGD: loadStateDict: groups[0] lacks dampening, nesterov and has alpha, eps, centered", RMSprop, SGD],
  ])("refuses the state of another optimizer: %s", (message, From, To) => {
    const { state, groups } = new From([leaf(1)], { learningRate: 0.1 }).stateDict();
    const optimizer = new To([leaf(1)], { learningRate: 0.5 });
    expect(() => optimizer.loadStateDict({ state, groups } as never)).toThrow(
      new WeftError(
        `${message}: the state is of another optimizer; load it into one of the class that saved it.`,
      ),
    );
    expect(optimizer.learningRate).toBe(0.5);
  });

  it("takes PyTorch's state of SGD, which counts no steps", async () => {
    const x = withGrad(leaf(0), 1);
    const optimizer = new SGD([x], { learningRate: 1, momentum: 0.5 });
    const { groups } = optimizer.stateDict();
    optimizer.loadStateDict({ state: { "0.momentum_buffer": tensor([4]) }, groups });
    optimizer.step();
    expect(await x.item()).toBe(-3);
    optimizer.loadStateDict({ state: {}, groups }); // afresh
    optimizer.step();
    expect(await x.item()).toBe(-4);
  });

  it("refuses other groups, names, shapes and options", () => {
    const optimizer = new Adam([leaf(1, 2), leaf(3)]);
    const { groups } = optimizer.stateDict();
    const load = (state: Record<string, Tensor>, other: unknown = groups) =>
      expect(() => optimizer.loadStateDict({ state, groups: other } as never));
    load({}, [{ ...groups[0], params: [0] }]).toThrow(
      new WeftError(
        "Adam: loadStateDict: the groups here have 2 parameters, those of the state 1; make the optimizer as the one that was saved.",
      ),
    );
    load({ "2.step": tensor(1), "0.sum": tensor(1) }).toThrow(
      new WeftError(
        "Adam: loadStateDict: 2.step, 0.sum unknown; this optimizer keeps step, exp_avg, exp_avg_sq of each parameter.",
      ),
    );
    load({ "0.exp_avg": tensor([1]) }).toThrow(
      new ShapeError(
        "Adam: loadStateDict: 0.exp_avg is (1) in the state and (2) here; load the state of an optimizer with the same parameters.",
      ),
    );
    load({}, [{ ...groups[0], eps: -1 }]).toThrow(
      new RangeError("Adam: loadStateDict: groups[0]: eps is -1; use a number ≥ 0."),
    );
  });
});
