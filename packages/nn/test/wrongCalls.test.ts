// Calls that TypeScript forbids and JavaScript lets pass: one line that says what was given, and the cure.
import { Adam, detachState, GRUCell, init, Linear, LSTM, Module } from "@weft/nn";
import { open, type Tensor, tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("what is no tensor", () => {
  const lstm = () => new LSTM(2, 2);
  it.each<[message: string, run: () => unknown]>([
    [
      "Linear: the input is { output, state }, not a tensor; use .output.",
      () => new Linear(2, 2).forward(lstm().forward(zeros([1, 1, 2])) as unknown as Tensor),
    ],
    ["LSTM: the input is an array, not a tensor; use tensor().", () => lstm().forward([[[1, 2]]] as never)],
    [
      "GRUCell: the input is undefined, not a tensor; use tensor().",
      () => new GRUCell(2, 2).forward(undefined as never),
    ],
    ["init.constant: value is undefined; use a number.", () => init.constant(zeros([2]), undefined as never)],
    [
      "detachState: expected a state, h or { h, c }; pass the `state` that forward() returned.",
      () => detachState([zeros([1]), zeros([1])] as never),
    ],
  ])("%s", (message, run) => {
    expect(run).toThrow(message);
  });

  it("is shown by its shape where tensors were given for options", () => {
    const parameters = [new Linear(2, 1).parameters()];
    expect(() => new Adam(parameters as never)).toThrow(/^Adam: .{0,200}$/);
    expect(JSON.stringify({ x: zeros([2]) })).toBe('{"x":"Tensor f32 (2)"}');
  });
});

describe("a state that is kept in a field", () => {
  class Stateful extends Module {
    readonly lstm = new LSTM(2, 2);
    last: Tensor | undefined = undefined;

    forward(x: Tensor): Tensor {
      const { output, state } = this.lstm.forward(x);
      this.last = state.h;
      return output;
    }
  }

  it("is no parameter while it has a history", () => {
    const model = new Stateful();
    const names = Object.keys(model.stateDict());
    model.forward(tensor([[[1, 2]]]));
    expect(model.last?.requiresGrad).toBe(true);
    expect(Object.keys(model.stateDict())).toEqual(names);
    expect(model.parameters()).toHaveLength(4);
  });

  it("is none at first, and detachState leaves it so", () => {
    expect(detachState(undefined)).toBeUndefined();
  });
});
