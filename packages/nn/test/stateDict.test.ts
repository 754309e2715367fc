import { Dropout, evaluating, Linear, Module } from "@weft/nn";
import { cast, DisposedError, memory, ones, open, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

class Two extends Module {
  first = new Linear(2, 2, { bias: false });
  second = new Linear(2, 2);
}

describe("loadStateDict", () => {
  it("tells the names that only one side has, where it is not strict", async () => {
    const model = new Two();
    const kept = await model.second.bias?.toArray();
    const weight = tensor([
      [1, 2],
      [3, 4],
    ]);
    const state = { "first.weight": weight, "second.weight": weight, "third.weight": weight };
    expect(model.loadStateDict(state, { strict: false })).toEqual({
      missingKeys: ["second.bias"],
      unexpectedKeys: ["third.weight"],
    });
    expect(await model.second.weight.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await model.second.bias?.toArray()).toEqual(kept);
    expect(model.loadStateDict(model.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
  });

  it("changes nothing when anything is wrong", async () => {
    const model = new Two();
    const good = { ...model.stateDict(), "first.weight": zeros([2, 2]) };
    const freed = ones([2]);
    freed.dispose();
    const before = await model.first.weight.toArray();
    const load = (bias: unknown) => () => model.loadStateDict({ ...good, "second.bias": bias as Tensor });
    expect(load(freed)).toThrow(DisposedError);
    expect(load([1, 2])).toThrow("loadStateDict: second.bias is 1,2, not a tensor; use tensor().");
    expect(load(ones([3]))).toThrow("loadStateDict: second.bias is (2) here and (3) in the state;");
    expect(() => model.loadStateDict({ "first.weight": zeros([2, 2]) })).toThrow(
      "loadStateDict: second.weight, second.bias missing; load the state of a model with the same layers.",
    );
    expect(await model.first.weight.toArray()).toEqual(before);
  });

  it("refuses a shape that differs also where it is not strict, and an unknown option", () => {
    const model = new Two();
    expect(() => model.loadStateDict({ "first.weight": ones([2]) }, { strict: false })).toThrow(
      "loadStateDict: first.weight is (2, 2) here and (2) in the state; build the model with the sizes it was saved with.",
    );
    expect(() => model.loadStateDict({}, { Strict: false } as never)).toThrow(
      'loadStateDict: there is no option "Strict"; use strict.',
    );
  });

  it("casts to the dtype of the module, as PyTorch does, and frees what it needed", async () => {
    class Counter extends Module {
      readonly steps = zeros([1], { dtype: "i32" });
      readonly scale = ones([2], { requiresGrad: true });
    }
    const module = new Counter();
    const state = { steps: tensor([7.9]), scale: tensor([3, 4], { dtype: "i32" }) };
    const before = memory().tensors;
    module.loadStateDict(state);
    expect(memory().tensors).toBe(before);
    expect([await module.steps.toArray(), await module.scale.toArray()]).toEqual([[7], [3, 4]]);
    expect([module.steps.dtype, module.scale.dtype, module.scale.requiresGrad]).toEqual(["i32", "f32", true]);
    module.loadStateDict({ ...state, scale: cast(state.scale, "f32") });
  });

  it("lets tensors of a module change places", async () => {
    const model = new Two();
    const [a, b] = await Promise.all([model.first.weight.toArray(), model.second.weight.toArray()]);
    const { first, second } = model;
    model.loadStateDict({ "first.weight": second.weight, "second.weight": first.weight }, { strict: false });
    expect([await first.weight.toArray(), await second.weight.toArray()]).toEqual([b, a]);
  });

  it("refuses a buffer that shows elements more than once before it changes anything", async () => {
    class Expanded extends Module {
      readonly weight = zeros([2], { requiresGrad: true });
      readonly shown = ones([1]).expand([4]);
    }
    const module = new Expanded();
    expect(() => module.loadStateDict({ weight: ones([2]), shown: ones([4]) })).toThrow(
      "loadStateDict: shown shows elements more than once and cannot be written; let the model hold a clone().",
    );
    expect(await module.weight.toArray()).toEqual([0, 0]);
  });

  it("keeps a message short where nothing fits", () => {
    const state = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, ones([1])]));
    expect(() => new Two().loadStateDict(state)).toThrow(
      "x0, x1, x2, x3, x4, x5, x6, x7 and 992 more unknown;",
    );
  });
});

describe("evaluating", () => {
  class Model extends Module {
    readonly on = new Dropout(0.5);
    readonly off = new Dropout(0.5).eval();
  }
  const modes = (model: Model) => [model.training, model.on.training, model.off.training];

  it("gives every module back the mode it had, also when the body throws", () => {
    const model = new Model();
    expect(evaluating(model, () => modes(model))).toEqual([false, false, false]);
    expect(modes(model)).toEqual([true, true, false]);
    const fail = () => {
      throw new RangeError("no");
    };
    expect(() => evaluating(model, fail)).toThrow("no");
    expect(modes(model)).toEqual([true, true, false]);
  });

  it("waits for a Promise", async () => {
    const model = new Model();
    const seen = evaluating(model, async () => {
      await Promise.resolve();
      return modes(model);
    });
    expect(model.training).toBe(false);
    expect(await seen).toEqual([false, false, false]);
    expect(modes(model)).toEqual([true, true, false]);
    const failed = evaluating(model, async () => {
      await Promise.resolve();
      throw new RangeError("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(modes(model)).toEqual([true, true, false]);
  });
});
