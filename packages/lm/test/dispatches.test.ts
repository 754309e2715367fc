// What a training step of an LSTM language model costs: dispatches, and no read-back.
import "@weft/autograd";
import { LanguageModel, type RecurrentState } from "@weft/lm";
import { Adam, crossEntropy, detachState } from "@weft/nn";
import { Device, Generator, open, scope, tensor } from "@weft/tensor";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";

let device: Device;

beforeAll(async () => {
  device = await open();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const V = 11;

/** A step as the training loop does it, with Adam and clipping, that goes on from the state of the one before. */
function stepper(layers: number, form: "step" | "sequence", T: number, B: number): () => void {
  const sizes = { vocabulary: V, embedding: 8, hidden: 8, layers, dropout: 0 };
  const model = new LanguageModel({ cell: "lstm", ...sizes }, { generator: new Generator(1) });
  model.recurrent.form = form;
  const optimizer = new Adam(model.parameters(), { learningRate: 1e-3, clipNorm: 1 });
  const text = Int32Array.from({ length: T * B }, (_, i) => (7 * i) % V);
  let state: RecurrentState | undefined;
  return () => {
    state = scope(() => {
      const result = model.forward(tensor(text, { shape: [T, B] }), state);
      crossEntropy(result.logits.reshape([-1, V]), tensor(text)).backward();
      optimizer.step();
      optimizer.zeroGrad();
      return detachState(result.state);
    });
  };
}

/** Dispatches of each of three steps; the first starts from zeros and makes what the optimizer keeps. */
function countedSteps(step: () => void): number[] {
  return [1, 2, 3].map(() => {
    const before = device.queue.dispatches;
    step();
    return device.queue.dispatches - before;
  });
}

describe.each([1, 2, 3])("a training step of an LSTM language model of %d layers", (L) => {
  it.each([
    [8, 4],
    [32, 16],
    [64, 32],
    [128, 64],
  ])("is at most 7 L + 14 dispatches in one kernel a layer, T = %d, B = %d", (T, B) => {
    const counts = countedSteps(stepper(L, "sequence", T, B));
    expect(Math.max(...counts)).toBeLessThanOrEqual(7 * L + 14);
  });

  it.each([
    [8, 4],
    [64, 32],
    [128, 64],
  ])("is at most 2 T L + 6 L + 14 dispatches in one kernel a time step, T = %d, B = %d", (T, B) => {
    const counts = countedSteps(stepper(L, "step", T, B));
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * T * L + 6 * L + 14);
  });

  it("reads nothing back", () => {
    const read = vi.spyOn(Device.prototype, "read");
    for (const form of ["sequence", "step"] as const) countedSteps(stepper(L, form, 3, 2));
    expect(read).not.toHaveBeenCalled();
  });
});
