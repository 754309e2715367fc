import { checkpoint, detectAnomaly, withPlace } from "@weft/autograd";
import { Embedding, Linear, LSTM, Module } from "@weft/nn";
import {
  DTypeError,
  matmul,
  open,
  ShapeError,
  scope,
  sqrt,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

class Block extends Module {
  readonly inner: Module & { forward(x: Tensor): Tensor };
  constructor(inner: Module & { forward(x: Tensor): Tensor }) {
    super();
    this.inner = inner;
  }
  forward(x: Tensor): Tensor {
    return this.inner.forward(x);
  }
}

class Model extends Module {
  readonly shared = new Linear(3, 3);
  readonly blocks = [new Block(this.shared), new Block(new Linear(3, 2))];
  readonly decoder = new Linear(2, 4);
  forward(x: Tensor): Tensor {
    return this.decoder.forward(this.blocks.reduce((y, block) => block.forward(y), x));
  }
}

const thrownBy = (run: () => unknown): Error => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

describe("an error inside forward", () => {
  it("names the way through the fields, once, and keeps its class", () => {
    class Deep extends Module {
      readonly encoder = new Model();
      forward(x: Tensor): Tensor {
        return this.encoder.forward(x);
      }
    }
    const error = thrownBy(() => new Deep().forward(zeros([5, 7])));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toBe(
      "Deep.encoder.blocks[0].inner: Linear expects 3 features on the last axis, got (5, 7).",
    );
    expect(error.stack).toContain(error.message);
    expect(error.stack).toContain("paths.test.ts");
  });

  it("names a shared module by the way it was called", () => {
    const model = new Model();
    expect(thrownBy(() => model.blocks[0]?.forward(zeros([2]))).message).toMatch(/^Block\.inner: Linear/);
    class Direct extends Module {
      readonly model = model;
      forward(x: Tensor): Tensor {
        return this.model.shared.forward(x); // past the model's own forward
      }
    }
    expect(thrownBy(() => new Direct().forward(zeros([2]))).message).toMatch(
      /^Direct\.model\.shared: Linear/,
    );
  });

  it("of one module alone names it where the message does not", () => {
    class Scores extends Module {
      readonly weight = zeros([3, 3]);
      forward(x: Tensor): Tensor {
        return matmul(x, this.weight);
      }
    }
    expect(thrownBy(() => new Scores().forward(zeros([2, 2]))).message).toMatch(/^Scores: matmul: /);
    expect(thrownBy(() => new Linear(3, 2).forward(zeros([2]))).message).toMatch(/^Linear expects 3/);
    expect(thrownBy(() => new LSTM(3, 2).forward(zeros([2]))).message).toMatch(/^LSTM: input/);
    const wrong = thrownBy(() => new Embedding(3, 2).forward(zeros([2])));
    expect([wrong.message.slice(0, 10), wrong instanceof DTypeError]).toEqual(["embedding:", true]);
  });

  it("names a module that no field holds", () => {
    const hidden = new Linear(3, 2);
    class Secret extends Module {
      forward(x: Tensor): Tensor {
        return hidden.forward(x);
      }
    }
    expect(thrownBy(() => new Secret().forward(zeros([2]))).message).toBe(
      "Secret → Linear: Linear expects 3 features on the last axis, got (2).",
    );
  });

  it("follows super.forward() once, and leaves what is no error alone", () => {
    class Child extends Block {
      override forward(x: Tensor): Tensor {
        return super.forward(x);
      }
    }
    const child = new Child(new Linear(3, 2));
    expect(thrownBy(() => child.forward(zeros([2]))).message).toMatch(/^Child\.inner: Linear/);
    class Thrower extends Module {
      forward(): never {
        throw "a string";
      }
    }
    expect(thrownBy(() => new Thrower().forward())).toBe("a string");
  });

  it("is told nothing once forward has ended, also by an error", () => {
    const model = new Model();
    thrownBy(() => model.forward(zeros([2])));
    expect(thrownBy(() => new Linear(3, 2).forward(zeros([2]))).message).toMatch(/^Linear expects/);
    expect(thrownBy(() => matmul(zeros([2, 3]), zeros([2, 3]))).message).toMatch(/^matmul: /);
  });

  it("may be thrown by the user, and is told as well", () => {
    class Picky extends Module {
      forward(): never {
        throw new RangeError("I do not like this.");
      }
    }
    const error = thrownBy(() => new Picky().forward());
    expect([error.message, error instanceof RangeError]).toEqual(["Picky: I do not like this.", true]);
  });
});

describe("forward", () => {
  it("is wrapped once a class, and looks as before", () => {
    new Model();
    const { forward } = Model.prototype;
    new Model();
    expect(Model.prototype.forward).toBe(forward);
    expect([forward.name, forward.length, Object.keys(Model.prototype)]).toEqual(["forward", 1, []]);
  });

  it("gives detectAnomaly its path, also for the gradient of a checkpoint", async () => {
    class Root extends Module {
      forward(x: Tensor): Tensor {
        return sqrt(x);
      }
    }
    class Net extends Module {
      readonly head = new Root();
      forward(x: Tensor): Tensor {
        return checkpoint((x) => this.head.forward(x), x);
      }
    }
    const device = await open();
    const x = tensor([-1], { device, requiresGrad: true });
    const run = () => scope(() => void sum(new Net().forward(x)).backward());
    await expect(detectAnomaly(run)).rejects.toThrow(
      /^detectAnomaly: the result of sqrt in Net\.head, called at /,
    );
    x.grad?.dispose();
    expect(device.memory().tensors).toBe(1); // x
    device.close();
  });

  it("stands inside other places", () => {
    const error = thrownBy(() => withPlace({ path: "warm-up" }, () => new Linear(3, 2).forward(zeros([2]))));
    expect(error.message).toMatch(/^warm-up → Linear: Linear expects/);
  });
});
