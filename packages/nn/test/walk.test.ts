import { noGrad } from "@weft/autograd";
import { Dropout, fromSafetensors, Linear, LSTM, Module, SGD, toSafetensors } from "@weft/nn";
import { ones, open, scope, softmax, type Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const parameter = (): Tensor => ones([2], { requiresGrad: true });
const thin = (): Linear => new Linear(1, 1, { bias: false });

describe("fields", () => {
  class Everything extends Module {
    readonly layers = [thin(), [thin(), new Dropout(0.5)]];
    readonly heads = { left: thin(), rightArm: { deep: thin() } };
    readonly byName = new Map<string | number, Module>([
      ["en-GB", thin()],
      [7, thin()],
    ]);
    readonly scales = [parameter(), ones([2])];
    readonly state = { h: ones([1]) };
    readonly W_q = parameter();
    readonly weightQKV = parameter();
    readonly config = { sizes: [1, 2], name: "x", tokens: new Map([[{}, 1]]), set: new Set([1]) };
    readonly typed = new Float32Array(4);
    readonly nothing = null;
    readonly call = () => thin();
    readonly date = new Date();
  }

  it("are walked inside arrays, plain objects and Maps, under PyTorch's names", () => {
    expect(Object.keys(new Everything().stateDict())).toEqual([
      ...["scales.0", "scales.1", "state.h", "W_q", "weight_qkv"],
      ...["layers.0.weight", "layers.1.0.weight", "heads.left.weight", "heads.rightArm.deep.weight"],
      ...["by_name.en-GB.weight", "by_name.7.weight"],
    ]);
  });

  it("hold parameters and buffers, told apart by requiresGrad", () => {
    const module = new Everything();
    expect(module.namedBuffers()).toEqual([
      ["scales.1", module.scales[1]],
      ["state.h", module.state.h],
    ]);
    expect(module.buffers()).toEqual([module.scales[1], module.state.h]);
    expect(module.namedParameters().length).toBe(9);
    (module.scales[0] as Tensor).requiresGrad = false; // frozen
    expect(module.namedBuffers().map(([name]) => name)).toEqual(["scales.0", "scales.1", "state.h"]);
    expect(module.parameters()).not.toContain(module.scales[0]);
  });

  it("that are private, and objects of other classes, are not seen", () => {
    class Plain {
      readonly inner = thin();
    }
    class Secret extends Module {
      readonly #cache = parameter();
      readonly plain = new Plain();
      cache = () => this.#cache;
    }
    expect(new Secret().stateDict()).toEqual({});
    expect(new Secret().modules().length).toBe(1);
  });

  it("of numbers in great number cost no names", () => {
    class Table extends Module {
      readonly counts = new Map(Array.from({ length: 1000 }, (_, i) => [Object.create(null) as object, i]));
    }
    expect(new Table().children()).toEqual([]);
  });
});

describe("a tensor that is kept in a field", () => {
  class Attention extends Module {
    readonly linear = thin();
    kept?: Tensor;
    forward(x: Tensor): Tensor {
      this.kept = softmax(this.linear.forward(x), 1);
      return this.kept.square().sum();
    }
  }
  const names = (module: Module): string[] => Object.keys(module.stateDict());

  it("is no part of the model where parameters computed it, also after backward() or its scope", async () => {
    const model = new Attention();
    model.forward(ones([2, 1])).backward();
    expect(model.kept?.disposed).toBe(false);
    expect(names(model)).toEqual(["linear.weight"]);
    scope(() => void model.forward(ones([2, 1])).backward());
    expect(model.kept).toMatchObject({ disposed: true, isLeaf: false });
    expect(names(model)).toEqual(["linear.weight"]);
    expect(model.parameters()).toEqual([model.linear.weight]);
    expect(model.buffers()).toEqual([]);
    model.loadStateDict(fromSafetensors(await toSafetensors(model.stateDict())).tensors);
  });

  it("is a buffer where nothing requires a gradient, until it is freed", () => {
    const model = new Attention();
    noGrad(() => void model.forward(ones([2, 1])));
    expect(model.buffers()).toEqual([model.kept]);
    noGrad(() => scope(() => void model.forward(ones([2, 1]))));
    expect([model.kept?.disposed, names(model)]).toEqual([true, ["linear.weight"]]);
  });

  it("is no parameter where it was computed with requiresGrad, and an optimizer says so", () => {
    class Small extends Module {
      weight = parameter().mul(0.02);
    }
    const model = new Small();
    expect(() => new SGD(model.parameters())).toThrow(
      "SGD: there are no parameters; pass model.parameters(), in which a tensor that was computed is none: detach() it and set its requiresGrad.",
    );
    model.weight = model.weight.detach();
    model.weight.requiresGrad = true;
    expect(new SGD(model.parameters()).groups[0]?.params).toEqual([model.weight]);
  });

  it("stays a parameter when it was one and was freed: what uses it names it", async () => {
    const model = new Attention();
    const whole = new Attention().stateDict();
    const state = model.stateDict();
    model.linear.weight.dispose();
    expect(model.linear.weight.isLeaf).toBe(true);
    const fault = "tensor (1, 1) was freed by dispose().";
    await expect(toSafetensors(model.stateDict())).rejects.toThrow(`safetensors: "linear.weight": ${fault}`);
    expect(() => model.loadStateDict(whole)).toThrow(`loadStateDict: linear.weight: ${fault}`);
    expect(() => new Attention().loadStateDict(state)).toThrow(
      `loadStateDict: linear.weight of the state: ${fault}`,
    );
    expect(() => new SGD(model.parameters())).toThrow(`SGD: parameter 1: ${fault}`);
  });
});

describe("what cannot be named is refused:", () => {
  class Holder extends Module {
    readonly parts: unknown;
    constructor(parts: unknown) {
      super();
      this.parts = parts;
    }
  }
  const word = "use a number, or a word without a dot.";
  it.each([
    [
      "a Set",
      () => new Set([thin()]),
      "Holder.parts is a Set, whose members have no names; use an array, an object or a Map for tensors and modules.",
    ],
    ["a dot", () => ({ "a.b": parameter() }), `Holder.parts holds a tensor or module under "a.b"; ${word}`],
    ["nothing", () => new Map([["", thin()]]), `Holder.parts holds a tensor or module under ""; ${word}`],
    [
      "an object",
      () => [new Map([[{}, thin()]])],
      `Holder.parts[0] holds a tensor or module under a key of type object; ${word}`,
    ],
  ])("%s", (_, parts, message) => {
    expect(() => new Holder(parts()).stateDict()).toThrow(
      new RegExp(`^${message.replace(/[.[\]]/g, "\\$&")}$`),
    );
  });

  it("two tensors of one name", () => {
    class Twice extends Module {
      readonly outWeight = parameter();
      readonly out_weight = parameter();
    }
    const message = "Twice: two tensors are named out_weight; rename a field.";
    expect(() => new Twice().parameters()).toThrow(message);
  });
});

describe("a tree of modules", () => {
  class Branch extends Module {
    readonly left: Module;
    readonly right: Module;
    constructor(left: Module, right: Module) {
      super();
      this.left = left;
      this.right = right;
    }
  }

  it("shares: one parameter, all its names, one module", () => {
    const shared = thin();
    const tree = new Branch(shared, new Branch(shared, thin()));
    expect(Object.keys(tree.stateDict())).toEqual(["left.weight", "right.left.weight", "right.right.weight"]);
    expect(tree.stateDict()["right.left.weight"]).toBe(shared.weight);
    expect(tree.namedParameters().map(([name]) => name)).toEqual(["left.weight", "right.right.weight"]);
    expect(tree.namedModules().map(([name]) => name)).toEqual(["", "left", "right", "right.right"]);
    expect(new Branch(shared, shared).namedChildren()).toEqual([["left", shared]]);
  });

  it("may hold itself", () => {
    class Node extends Module {
      readonly weight = parameter();
      readonly links: unknown[] = [];
    }
    const [a, b] = [new Node(), new Node()];
    a.links.push(b, a.links);
    b.links.push(a);
    expect(Object.keys(a.stateDict())).toEqual(["weight", "links.0.weight"]);
    expect(a.modules()).toEqual([a, b]);
    expect(a.eval().training || b.training).toBe(false);
    let count = 0;
    a.apply(() => count++);
    expect(count).toBe(2);
  });

  it("passes its mode through an inner module's own train()", () => {
    class Frozen extends Dropout {
      override train(): this {
        return super.train(false);
      }
    }
    const tree = new Branch(new Frozen(0.5), new Dropout(0.5)).train();
    expect([tree.left.training, tree.right.training]).toEqual([false, true]);
  });

  it("names errors through every kind of field", () => {
    class Deep extends Module {
      readonly heads = [{ left: new Map([["x", new Linear(3, 1)]]) }];
      forward(x: Tensor): Tensor {
        for (const { left } of this.heads) for (const head of left.values()) head.forward(x);
        return x;
      }
    }
    expect(() => new Deep().forward(zeros([2]))).toThrow(
      'Deep.heads[0].left.get("x"): Linear expects 3 features on the last axis, got (2).',
    );
  });

  it("names the tensors of recurrent layers as PyTorch does", () => {
    const tree = new Branch(new LSTM(2, 3, { bias: false }), thin());
    expect(Object.keys(tree.stateDict())).toEqual(["left.weight_ih_l0", "left.weight_hh_l0", "right.weight"]);
  });
});
