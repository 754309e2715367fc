import {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  Module,
  MSELoss,
  NLLLoss,
  Sequential,
  SmoothL1Loss,
} from "@weft/nn";
import { ones, open, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const classes = (...numbers: number[]) => tensor(numbers, { dtype: "i32" });

describe("weights of losses", () => {
  it("are buffers under PyTorch's names, and no parameters", () => {
    const [weight, posWeight] = [ones([3]), ones([3])];
    expect(Object.keys(new CrossEntropyLoss({ weight }).stateDict())).toEqual(["weight"]);
    expect(Object.keys(new NLLLoss({ weight }).stateDict())).toEqual(["weight"]);
    expect(Object.keys(new BCELoss({ weight }).stateDict())).toEqual(["weight"]);
    const both = new BCEWithLogitsLoss({ weight, posWeight });
    expect(Object.keys(both.stateDict())).toEqual(["weight", "pos_weight"]);
    expect(both.parameters()).toEqual([]);
    expect(Object.keys(new CrossEntropyLoss().stateDict())).toEqual([]);
  });

  it("are loaded by name, and count from then on", async () => {
    const loss = new CrossEntropyLoss({ weight: ones([2]), reduction: "sum" });
    loss.loadStateDict({ weight: tensor([0, 2]) });
    const value = await loss.forward(zeros([2, 2]), classes(0, 1)).item();
    expect(value).toBeCloseTo(2 * Math.LN2, 5);
  });

  it("stand below the name of the loss in a model", () => {
    class Classifier extends Module {
      readonly lossOfTags = new CrossEntropyLoss({ weight: ones([2]) });
    }
    expect(Object.keys(new Classifier().stateDict())).toEqual(["loss_of_tags.weight"]);
  });

  it("may not learn", () => {
    const weight = ones([2], { requiresGrad: true });
    const message = (name: string, of = "weight") =>
      `${name}: ${of} requires a gradient, but a loss module keeps its weights fixed; use detach(), or the function.`;
    expect(() => new CrossEntropyLoss({ weight })).toThrow(message("CrossEntropyLoss"));
    expect(() => new NLLLoss({ weight })).toThrow(message("NLLLoss"));
    expect(() => new BCELoss({ weight })).toThrow(message("BCELoss"));
    expect(() => new BCEWithLogitsLoss({ posWeight: weight })).toThrow(
      message("BCEWithLogitsLoss", "posWeight"),
    );
  });
});

describe("options", () => {
  it.each([
    [
      () => new MSELoss({ reduction: "avg" as "mean" }),
      'MSELoss: reduction is "avg"; use "mean", "sum" or "none".',
    ],
    [
      () => new KLDivLoss({ reduction: "batchmean" as "mean" }),
      'KLDivLoss: reduction is "batchmean"; use "mean", "batchMean", "sum" or "none".',
    ],
    [() => new MSELoss("sum" as never), 'MSELoss: the options are "sum"; use an object, { reduction: … }.'],
    [
      () => new CrossEntropyLoss({ label_smoothing: 0.1 } as never),
      'CrossEntropyLoss: there is no option "label_smoothing"; use reduction, ignoreIndex, weight, labelSmoothing.',
    ],
    [
      () => new CrossEntropyLoss({ labelSmoothing: 2 }),
      "CrossEntropyLoss: labelSmoothing is 2; use a number in [0, 1].",
    ],
    [() => new NLLLoss({ ignoreIndex: 0.5 }), "NLLLoss: ignoreIndex is 0.5; use a whole number."],
    [() => new HuberLoss({ delta: 0 }), "HuberLoss: delta is 0; use a number > 0."],
    [() => new SmoothL1Loss({ beta: -1 }), "SmoothL1Loss: beta is -1; use a number ≥ 0."],
  ])("%s", (make, message) => {
    expect(make).toThrow(message);
  });

  it("are ignored by no reduction: a target to be ignored counts nothing", async () => {
    const loss = new CrossEntropyLoss({ ignoreIndex: 1, reduction: "sum" });
    expect(await loss.forward(zeros([3, 2]), classes(0, 1, 1)).item()).toBeCloseTo(Math.LN2, 5);
  });

  it("do not make a loss a layer", () => {
    // @ts-expect-error: a loss takes two tensors
    new Sequential(new MSELoss());
  });
});
