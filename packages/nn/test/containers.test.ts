import { GRU, Linear, Module, ModuleDict, ModuleList, MSELoss, ReLU, Sequential, Tanh } from "@weft/nn";
import { open, relu, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const mlp = () => new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2));

describe("Sequential", () => {
  it("runs its layers in order", async () => {
    const model = mlp();
    const x = tensor([[1, 2, 3]]);
    const [first, , last] = [...model] as [Linear, ReLU, Linear];
    const expected = last.forward(relu(first.forward(x)));
    expect(await model.forward(x).toArray()).toEqual(await expected.toArray());
    expect(await new Sequential().forward(x).toArray()).toEqual([[1, 2, 3]]);
  });

  it("gives gradients to every parameter", () => {
    const model = mlp();
    new MSELoss().forward(model.forward(zeros([5, 3])), zeros([5, 2])).backward();
    expect(model.parameters().length).toBe(4);
    for (const parameter of model.parameters()) expect(parameter.grad?.shape).toEqual(parameter.shape);
  });

  it("names what it holds as PyTorch does, also deeper", () => {
    class Model extends Module {
      readonly net = new Sequential(mlp(), new Tanh(), new Linear(2, 1));
    }
    expect(Object.keys(new Model().stateDict())).toEqual(
      ["0.0.weight", "0.0.bias", "0.2.weight", "0.2.bias", "2.weight", "2.bias"].map((name) => `net.${name}`),
    );
  });

  it("keeps its order beyond ten layers", () => {
    const model = new Sequential(...Array.from({ length: 12 }, () => new Linear(1, 1, { bias: false })));
    expect(Object.keys(model.stateDict())).toEqual(Array.from({ length: 12 }, (_, i) => `${i}.weight`));
    expect(model.at(10)).toBe(model[10]);
  });

  it("keeps chosen names as they are", () => {
    const model = new Sequential({ firstLayer: new Linear(3, 4), act: new ReLU() });
    expect(Object.keys(model.stateDict())).toEqual(["firstLayer.weight", "firstLayer.bias"]);
    model.append(new Linear(4, 1), "last");
    expect(Object.keys(model.stateDict())).toContain("last.bias");
    expect(model.forward(zeros([2, 3])).shape).toEqual([2, 1]);
    expect(() => model.append(new Linear(1, 1))).toThrow(
      'Sequential: a layer 3 cannot follow a layer firstLayer; number all layers or name all: append(layer, "name").',
    );
    expect(() => new Sequential({ first: new Linear(3, 4), 1: new ReLU() })).toThrow(
      'Sequential: a layer first cannot follow a layer 1; number all layers or name all: append(layer, "name").',
    );
  });

  it("is indexed, replaced, iterated, extended and sliced", () => {
    const model = mlp();
    expect(model[1]).toBeInstanceOf(ReLU);
    model[1] = new Tanh();
    expect([...model].map((layer) => layer.constructor.name)).toEqual(["Linear", "Tanh", "Linear"]);
    expect(model.at(-1)).toBe(model[2]);
    expect(model.append(new ReLU()).length).toBe(4);
    const head = model.slice(2);
    expect(head.length).toBe(2);
    expect(head[0]).toBe(model[2]);
    expect(head.forward(zeros([4])).shape).toEqual([2]);
    expect(() => model.at(4)).toThrow("Sequential: there is no module 4 of 4; use −4 … 3.");
    expect(() => new Sequential().at(0)).toThrow("Sequential: there is no module 0 of 0; it is empty.");
  });

  it("passes training mode on and loads a state", async () => {
    const [a, b] = [mlp(), mlp()];
    expect([...a.eval()].map(({ training }) => training)).toEqual([false, false, false]);
    b.loadStateDict(a.stateDict());
    const x = tensor([[1, -2, 3]]);
    expect(await b.forward(x).toArray()).toEqual(await a.forward(x).toArray());
  });

  it("may be extended by a class of one's own", () => {
    class Perceptron extends Sequential {
      constructor(inputs: number) {
        super(new Linear(inputs, 2), new ReLU());
      }
    }
    expect(new Perceptron(3).forward(zeros([1, 3])).shape).toEqual([1, 2]);
  });

  it("names the layer that throws", () => {
    const model = new Sequential(new Linear(3, 4), new Linear(5, 2));
    expect(() => model.forward(zeros([1, 3]))).toThrow(
      /^Sequential\S*1\S*: Linear expects 5 features on the last axis, got \(1, 4\)\.$/,
    );
  });

  it("refuses what is no layer", () => {
    expect(() => new Sequential(new Linear(1, 1), relu as never)).toThrow(
      "Sequential: 1 is a function; use a module, such as new ReLU() in place of relu.",
    );
    expect(() => new Sequential([new ReLU()] as never)).toThrow(
      "Sequential: 0 is an array; spread it: ...layers.",
    );
    expect(() => new Sequential(undefined as never)).toThrow("Sequential: 0 is undefined; use a module.");
    // @ts-expect-error: a recurrent layer gives an output and a state
    const model = new Sequential(new GRU(3, 4));
    expect(() => model.forward(zeros([5, 2, 3]))).toThrow(
      "Sequential: layer 0, GRU, gives no single tensor; wrap it in a module whose forward does.",
    );
  });

  it("refuses names that cannot be one", () => {
    expect(() => new Sequential({ "a.b": new ReLU() })).toThrow(
      'Sequential: "a.b" is no name of a module; use a word without a dot.',
    );
    expect(() => new Sequential({ forward: new ReLU() })).toThrow(
      "Sequential: every Sequential has a member forward; use another name, such as forward_.",
    );
    expect(() => new Sequential({ training: new ReLU() })).toThrow(
      "Sequential: every Sequential has a member training; use another name, such as training_.",
    );
  });
});

describe("ModuleList", () => {
  it("holds modules by number", () => {
    const list = new ModuleList([new Linear(1, 2)]);
    const [tail, middle] = [new Linear(2, 3, { bias: false }), new Linear(5, 5)];
    list
      .append(tail)
      .extend([new Linear(3, 4)])
      .insert(1, middle);
    expect(list.length).toBe(4);
    expect([...list].map(({ weight }) => weight.shape[0])).toEqual([2, 5, 3, 4]);
    expect([list[1], list.at(-2)]).toEqual([middle, tail]);
    expect(list.insert(4, new Linear(1, 9)).at(-1).weight.shape).toEqual([9, 1]);
    expect(Object.keys(list.stateDict()).slice(2, 5)).toEqual(["1.weight", "1.bias", "2.weight"]);
    expect(() => list.insert(7, middle)).toThrow("ModuleList: there is no module 7 of 5; use −5 … 4.");
    expect(() => new ModuleList([3 as never])).toThrow("ModuleList: 0 is 3; use a module.");
  });

  it("holds modules of any kind", () => {
    const model = new ModuleList([new GRU(2, 3), new Linear(3, 1)]);
    expect(Object.keys(model.stateDict())).toContain("0.weight_ih_l0");
  });
});

describe("ModuleDict", () => {
  const heads = () => new ModuleDict({ nextWord: new Linear(4, 9), tag: new Linear(4, 3) });

  it("gives modules of their own types by name", () => {
    const dict = heads();
    const logits: Tensor = dict.get("tag").forward(zeros([4]));
    expect(logits.shape).toEqual([3]);
    expect([dict.has("tag"), dict.has("forward"), dict.has("nothing")]).toEqual([true, false, false]);
    expect(dict.keys()).toEqual(["nextWord", "tag"]);
    expect(dict.values()).toEqual([dict.get("nextWord"), dict.get("tag")]);
    expect([...dict]).toEqual(dict.entries());
    expect(() => dict.get("word" as "tag")).toThrow(
      'ModuleDict: there is no module "word"; there are nextWord, tag.',
    );
  });

  it("keeps keys as they are in states", () => {
    class Model extends Module {
      readonly headOf = heads();
    }
    expect(Object.keys(new Model().stateDict())[0]).toBe("head_of.nextWord.weight");
  });

  it("takes modules in and out", () => {
    const dict = new ModuleDict<Record<string, Linear>>();
    expect(() => dict.get("en")).toThrow('ModuleDict: there is no module "en"; there is none.');
    dict.set("en", new Linear(1, 2)).set("de", new Linear(1, 3));
    dict.set("en", new Linear(1, 4));
    expect([dict.size, dict.get("en").weight.shape[0]]).toEqual([2, 4]);
    expect([dict.delete("en"), dict.delete("en"), dict.delete("get")]).toEqual([true, false, false]);
    expect(Object.keys(dict.stateDict())).toEqual(["de.weight", "de.bias"]);
    expect(() => dict.set("get", new Linear(1, 1))).toThrow(
      "ModuleDict: every ModuleDict has a member get; use another name, such as get_.",
    );
  });
});
